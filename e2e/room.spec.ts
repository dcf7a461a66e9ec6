// A live room: two browsers see each other's measurements, whoever leads freezes and sets the desks, and a room that ends and
// starts again loses nothing that its pages hold.
import type { Page } from '@playwright/test';
import { enter, HOST, KEY, openServer, room } from './rooms';
import { expect, test } from './test';

/** The points of the plot as a table, which names who measured each. */
async function expectListed(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: 'Table', exact: true }).click();
  await expect(page.getByRole('tabpanel', { name: 'Table' })).toContainText(text);
}

test('two pages share what they measure; the room is frozen, set, ended and started again', async ({ browser }) => {
  let server = await openServer();
  const ada = await enter(browser, server.port, 'Ada', `&lead=${KEY}`);
  const bo = await enter(browser, server.port, 'Bo');
  await expect(room(ada)).toContainText('In the room: 2 people with a name.');
  await bo.getByRole('slider', { name: 'conv2 weight bits', exact: true }).press('3');
  await expect(bo.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expectListed(ada, 'Bo: mixed 3 to 5');

  await ada.getByRole('button', { name: 'Freeze everybody' }).click();
  await expect(bo.getByRole('alert')).toContainText('Please look up');
  await ada.getByRole('button', { name: 'Let everybody go on' }).click();
  await expect(bo.getByText('Please look up')).toBeHidden();
  await ada.getByRole('slider', { name: 'fc weight bits', exact: true }).press('4');
  await ada.getByRole('button', { name: 'Everybody to this desk' }).click();
  await expect(bo.getByRole('slider', { name: 'fc weight bits', exact: true })).toHaveAttribute(
    'aria-valuetext',
    /^4 bits/,
  );

  await expect(bo.getByLabel('Your name')).toHaveValue('Bo');
  const { port } = server;
  await server.close();
  await expect(room(bo)).toContainText('out of reach');
  await bo.getByRole('slider', { name: 'conv4 weight bits', exact: true }).press('2');
  await expect(bo.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  server = await openServer(port);
  await expectListed(ada, 'Bo: mixed 2 to 5');
  await expect(ada.getByRole('tabpanel', { name: 'Table' })).toContainText('Bo: mixed 3 to 5');
  for (const page of [ada, bo]) await page.context().close();
  await server.close();
});

test('a wrong PIN is said, and everything else works', async ({ page }) => {
  const server = await openServer();
  // Each refused connection is an error on the console; that is what this test is about.
  page.context().removeAllListeners('console');
  await page.goto(`http://${HOST}:${server.port}/?room=0000#v1/tiny/emoji10/w=5`);
  await expect(page.getByRole('alert')).toContainText('The room could not be joined');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n =');
  await server.close();
});

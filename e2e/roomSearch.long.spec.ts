// A search of whoever leads a room, for which the others measure: one leaves in the middle, one stops.
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { enter, KEY, openServer, room } from './rooms';
import { expect, test } from './test';

const search = (page: Page) => page.getByRole('region', { name: 'Search', exact: true });
const run = (page: Page) => search(page).getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
const measuredBy = (page: Page) => search(page).getByText(/^Measured in the room:/);

async function start(page: Page, budget: number, seed: number): Promise<void> {
  const form = search(page);
  await form.getByRole('radio', { name: /^Random/ }).check();
  await form.getByLabel('Budget in').selectOption('evaluations');
  await form.getByLabel('Budget (configs measured)').fill(String(budget));
  const seeds = form.getByLabel('Seed', { exact: true });
  if (!(await seeds.isVisible())) await form.getByText('Further settings').click();
  await seeds.fill(String(seed));
  await form.getByRole('button', { name: 'Start search' }).click();
}

test('the room measures for the search of whoever leads; who leaves or stops loses nothing', async ({ browser }) => {
  const server = await openServer();
  const ada = await enter(browser, server.port, 'Ada', `&lead=${KEY}`);
  const bo = await enter(browser, server.port, 'Bo');
  const cy = await enter(browser, server.port, 'Cy');
  await expect(room(bo).getByLabel('Measure for the searches')).toBeChecked();

  await ada.getByRole('tab', { name: 'Search', exact: true }).click();
  const others = search(ada).getByText(/of the room can measure with this one/);
  await expect(others).toBeHidden();
  await search(ada).getByLabel('Let the room measure').check();
  await expect(others).toContainText('2 computers of the room');
  await start(ada, 400, 1);
  await expect(measuredBy(ada)).toContainText('Bo');
  await expect(measuredBy(ada)).toContainText('Cy');
  await expect(bo.getByRole('region', { name: 'Status' })).toContainText(/measuring for the room: [1-9]/);
  await expect(room(bo)).toContainText(/This computer measures for the room: [\d,]+ config/);
  await cy.context().close();
  await expect(others).toContainText('1 computer of the room');
  await expect(run(ada).getByText(/done/)).toBeVisible();
  await expect(run(ada)).toContainText('400 measured');
  await expectAccessible(ada, 'a search that the room measured');
  await expect(room(bo)).toContainText(/This computer has measured for the room: [\d,]+ configs/);
  await expect(search(ada).getByText(/differs from this computer/)).toBeHidden();

  // Stopped on the other page, this one goes on alone.
  await room(bo).getByLabel('Measure for the searches').uncheck();
  await expect(search(ada).getByText('No other computer of the room')).toBeVisible();
  await start(ada, 20, 2);
  await expect(run(ada).getByText(/done/)).toBeVisible();
  await expect(measuredBy(ada)).toBeHidden();
  await bo.reload();
  await expect(room(bo).getByLabel('Measure for the searches')).not.toBeChecked();
  for (const page of [ada, bo]) await page.context().close();
  await server.close();
});

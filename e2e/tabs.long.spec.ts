// Two tabs of one browser share what each imports.
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { tinyOnnx } from './tinyOnnx';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');

test('two tabs import one network each, and both tabs list both, also after a reload', async ({ page, context }) => {
  const network = (tab: Page) => tab.getByLabel('Network', { exact: true });
  const listed = (tab: Page) => network(tab).locator('option[value^="own-"]');
  const bring = async (tab: Page, name: string, buffer: Buffer) => {
    await network(tab).selectOption('bring');
    const card = tab.getByRole('dialog', { name: 'Your own network' });
    await card.getByLabel('Choose files').setInputFiles({ name: `${name}.onnx`, mimeType: '', buffer });
    await card.getByRole('button', { name: 'Use this network' }).click();
    await expect(network(tab)).toHaveValue(`own-${name}`);
    await expect(card).toBeHidden();
  };
  const other = await context.newPage();
  const tabs = [page, other];
  await Promise.all(tabs.map((tab) => tab.goto('./#v1/tiny/emoji10/w=4')));
  await Promise.all([bring(page, 'fine', tinyOnnx(8)), bring(other, 'rough', tinyOnnx(3))]);
  for (const tab of tabs) await expect(listed(tab)).toHaveText([/fine|rough/, /fine|rough/]);

  await other.close();
  await page.reload();
  await expect(listed(page)).toHaveText([/fine|rough/, /fine|rough/]);
  await expect(network(page)).toHaveValue('own-fine');
  await measured(page);
  const fine = (await accuracy(page).textContent()) ?? '';
  await network(page).selectOption('own-rough');
  await expect(accuracy(page)).not.toContainText(fine);
  await measured(page);
  expect(await accuracy(page).textContent()).not.toBe(fine);
});

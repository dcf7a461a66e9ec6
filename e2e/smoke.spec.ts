// The page as it opens: its contents, that it measures, and that nothing leaves its origin.

import { openTab } from './tabs';
import { expect, test } from './test';

const REGIONS = ['Layers', 'Accuracy against model size', 'Result', 'What changed', 'Status'];
const TABS = [
  ['Layer', 'Weights'],
  ['Train', 'Training'],
  ['Search', 'Search'],
  ['Learn', 'Learn'],
] as const;

test('opens with its regions and measures the network without any request to another origin', async ({
  page,
  context,
  baseURL,
}) => {
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseURL as string) && !/^(blob|data):/.test(url)) elsewhere.push(url);
  });

  await page.goto('./');
  await expect(page).toHaveTitle('fewbits');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('fewbits');
  for (const name of REGIONS) await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
  await expect(page.getByRole('slider', { name: / weight bits$/ }).first()).toBeVisible();

  await expect(page.getByRole('region', { name: 'Status', exact: true })).toContainText(/wasm.* images\/s/);
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(/\d %/);
  await expect(page.getByRole('status', { name: 'Model size' })).toContainText('KB');
  for (const [tab, name] of TABS) {
    await openTab(page, tab);
    await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
  }
  expect(elsewhere).toEqual([]);
});

test('a backend named in the address is used', async ({ page }) => {
  await page.goto('./?backend=cpu');
  await expect(page.getByRole('region', { name: 'Status', exact: true })).toContainText('cpu');
});

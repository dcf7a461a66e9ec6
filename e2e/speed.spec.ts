// The view that measures what the visitor's machine computes per second.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('the speed of this machine is measured, stopped by keyboard, and given away as a row', { tag: '@long' }, async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('./#bench');
  const view = page.getByRole('region', { name: 'Speed', exact: true });
  await view.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(view.getByRole('row', { name: /^Tiny/ })).toContainText(/\d batches of \d+/, { timeout: 60_000 });
  await view.getByRole('button', { name: 'Stop' }).focus();
  await page.keyboard.press('Enter');
  await expect(view.getByLabel('Row for the table of devices')).toHaveValue(/^\| .* \(wasm\) \| Chrome \d+ \| .* \|$/, {
    timeout: 60_000,
  });
  await expect(view.getByRole('button', { name: 'Measure again' })).toBeVisible();
  await expectAccessible(page, 'the speed of this machine');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(view).toBeHidden();
});

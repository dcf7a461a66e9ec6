// The view that solves the integer programs of two papers again.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('published programs are solved in the page, and give the published widths', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./#reproduced');
  const view = page.getByRole('region', { name: 'Reproduced', exact: true });
  await view.getByRole('button', { name: 'Solve', exact: true }).click();
  const row = (name: string | RegExp) => view.getByRole('row', { name });
  await expect(row(/^LIMPQ, ResNet-50 output/)).toContainText('104 of 104', { timeout: 60_000 });
  await expect(row(/^LIMPQ, ResNet-50, true/)).toContainText('99 of 104', { timeout: 60_000 });
  await expect(view.getByRole('status')).toHaveText('All programs are solved.', { timeout: 60_000 });
  for (const kind of ['size', 'bit operations', 'time on a T4'])
    await expect(row(new RegExp(`^HAWQ-V3, ResNet-18, ${kind} limit 50`))).toContainText('19 of 19');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page, 'published programs, solved');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(view).toBeHidden();
});

// The weights of a layer: shown when its fader gets focus, redrawn when its bits change, on a phone too.
import type { Page } from '@playwright/test';
import { openTab } from './tabs';
import { expect, test } from './test';

const panel = (page: Page) => page.getByRole('region', { name: 'Weights', exact: true });
const slider = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const sqnr = async (page: Page) => {
  const text =
    (await panel(page)
      .getByText(/^SQNR .* dB$/)
      .textContent()) ?? '';
  return Number(text.replace(/[^\d.−]/g, '').replace('−', '-'));
};

test('the weights of the focused layer are drawn, and redrawn at fewer bits', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=layer');
  await expect(panel(page).getByRole('figure', { name: /^Layer conv1, .* 8 bits/ })).toBeVisible();
  await slider(page, 'conv3').focus();
  await expect(panel(page).getByRole('figure', { name: /^Layer conv3, 9,216 weights .* 8 bits/ })).toBeVisible();
  await expect(panel(page)).toContainText('conv 3×3, 32→32');
  await expect(panel(page)).toContainText('range of 8 bits');
  const before = await sqnr(page);
  expect(before).toBeGreaterThan(30);

  await page.keyboard.press('2');
  await expect(panel(page).getByRole('figure', { name: /^Layer conv3, .* 2 bits: 3 levels/ })).toBeVisible();
  await expect(panel(page).getByRole('img', { name: /^Staircase of Symmetric uniform at 2 bits/ })).toBeVisible();
  expect(await sqnr(page)).toBeLessThan(before - 20);

  await page.keyboard.press('f');
  await expect(panel(page).getByRole('figure', { name: /^Layer conv3, .* float: no levels, no error/ })).toBeVisible();
});

test('the explanation belongs to the quantizer in use', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=layer');
  await expect(panel(page).getByText('Evenly spaced levels, the same on both sides of zero.')).toBeVisible();
  await page.getByLabel('Quantizer', { exact: true }).selectOption({ label: 'Affine min-max' });
  await expect(panel(page).getByText('MetaQuantNet')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the inspector shows the weights, and nothing scrolls sideways', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10');
    await slider(page, 'fc').focus();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Images' }).click();
    await openTab(page, 'Layer');
    await expect(panel(page).getByRole('figure', { name: /^Layer fc, / })).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

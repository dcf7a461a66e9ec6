// Quantizers that lack widths: the faders go where they can, the page says so and takes it back; what must be trained.
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const slider = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const choose = (page: Page, label: string) => page.getByLabel('Quantizer', { exact: true }).selectOption({ label });

test('a ternary quantizer moves the faders to 2 bits, says so, and undo brings both back', async ({ page }) => {
  await page.goto('./');
  await expect(slider(page, '2b')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await choose(page, 'TWN (2 bits)');
  await expect(page.getByText('TWN has 2 bits or float: 10 layers moved to the nearest width.').first()).toBeVisible();
  await expect(slider(page, '2b')).toHaveAttribute('aria-valuetext', /^2 bits/);
  await expect(page.getByRole('button', { name: '4', exact: true })).toBeDisabled();
  await expect(page.getByText('TWN is made to be trained with')).toBeVisible();

  await slider(page, '2b').focus();
  await page.keyboard.press('4');
  await expect(page.getByText('TWN has no 4-bit weights; choose 2 bits, or float.').first()).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await expect(slider(page, '2b')).toHaveAttribute('aria-valuetext', /^float/);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(slider(page, '2b')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await expect(page.getByLabel('Quantizer', { exact: true })).toHaveValue('symmetric');
});

test('the button beside a low accuracy leads to training for these bits', async ({ page }) => {
  await page.goto('./');
  await choose(page, 'DoReFa');
  await page.getByRole('button', { name: 'Train for these bits' }).press('Enter');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await expect(training.getByLabel('Train', { exact: true })).toHaveValue('0');
  await expect(page.locator('#train')).toBeFocused();
});

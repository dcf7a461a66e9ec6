// Quantizers that lack widths: faders move to widths they have, the page says so, and undo reverts it. Also quantizers
// that need training.
import type { Page } from '@playwright/test';
import { openView } from './tabs';
import { expect, test } from './test';

const slider = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const choose = (page: Page, label: string) => page.getByLabel('Quantizer', { exact: true }).selectOption({ label });

test('a ternary quantizer moves the faders to 2 bits, says so, and undo brings both back', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await expect(slider(page, 'conv3')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await choose(page, 'TWN (2 bits)');
  await expect(
    page.getByText('TWN supports 2 bits or float; 5 layers were moved to the nearest width.').first(),
  ).toBeVisible();
  await expect(slider(page, 'conv3')).toHaveAttribute('aria-valuetext', /^2 bits/);
  await page.getByRole('button', { name: 'Presets', exact: true }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Uniform 4' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^TWN needs quantization-aware training/)).toBeVisible();

  await slider(page, 'conv3').focus();
  await page.keyboard.press('4');
  await expect(page.getByText('TWN has no 4-bit weights; choose 2 bits, or float.').first()).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await expect(slider(page, 'conv3')).toHaveAttribute('aria-valuetext', /^float/);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(slider(page, 'conv3')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await expect(page.getByLabel('Quantizer', { exact: true })).toHaveValue('symmetric');
});

test('the button beside a low accuracy leads to quantization-aware training', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await choose(page, 'DoReFa');
  await page.getByRole('button', { name: 'Set up quantization-aware training' }).press('Enter');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await expect(training.getByLabel('Mode', { exact: true })).toHaveValue('yes');
  await expect(page.getByRole('tabpanel', { name: 'Train' })).toBeFocused();
});

test('every quantizer is compared on the network in use, and one click selects it', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10/tab=layer');
  await page.getByText(/^Quantizers compared: ResNet-8/).press('Enter');
  const weights = page.getByRole('region', { name: 'Weights', exact: true });
  const row = weights.getByRole('row', { name: /^DSConv, per block of 32 4 / });
  await expect(row).toContainText(/9\d\.\d\s% ±\d/);
  await expect(weights.getByRole('row')).toHaveCount(13);
  await row.getByRole('button', { name: 'Use DSConv, per block of 32' }).press('Enter');
  await expect(page.getByLabel('Quantizer', { exact: true })).toHaveValue('dsconv');
  await expect(weights.getByText('DSConv at 8 bits')).toBeVisible();
});

test('a correction changes the measurement, shows on the button, and can be undone', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=2');
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  const measured = () => expect(accuracy).toContainText('measured, n = 2,000');
  await measured();
  const before = Number.parseFloat((await accuracy.textContent()) ?? '');
  await page.getByRole('button', { name: 'Rounding', exact: true }).press('Enter');
  const card = page.getByRole('region', { name: 'Rounding', exact: true });
  await card.getByLabel('Correction').selectOption('batch norms re-estimated');
  await expect(page.getByRole('button', { name: /^Rounding.*changed from the defaults/ })).toBeVisible();
  await expect(accuracy).not.toContainText('measured, n = 2,000');
  await measured();
  expect(Number.parseFloat((await accuracy.textContent()) ?? '')).toBeGreaterThan(before + 5);
  // The card lies over the tabs.
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await openView(page, 'Sensitivity');
  await expect(page.getByText(/there is no estimate, and every config is measured/)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByRole('button', { name: 'Rounding', exact: true })).toBeVisible();
});

// The activations of a layer for an image: reachable by keyboard, redrawn when the bits or the image change, on a phone
// too.
import type { Page } from '@playwright/test';
import { choosePreset } from './preset';
import { openTab } from './tabs';
import { expect, test } from './test';

const panel = (page: Page) => page.getByRole('region', { name: 'Activations', exact: true });
const slider = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const figure = (page: Page, words: RegExp) => panel(page).getByRole('figure', { name: words });

async function openView(page: Page) {
  await page.getByRole('group', { name: 'Show of the layer' }).getByRole('radio', { name: 'weights' }).focus();
  await page.keyboard.press('ArrowRight');
}
async function sqnr(page: Page) {
  const words = (await panel(page).getByRole('figure').getAttribute('aria-label')) ?? '';
  return words.includes('no error') ? Number.POSITIVE_INFINITY : Number(/SQNR ([\d.]+) dB/.exec(words)?.[1]);
}

test('a layer’s float maps, rounded maps and difference are drawn and follow bits and image', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=layer');
  await slider(page, 'conv2').focus();
  await openView(page);
  await expect(figure(page, /^Layer conv2, test image 0 \(\w+\): 32 maps of 8×8 from 0 to /)).toBeVisible();
  await expect(panel(page)).toContainText('after its batch norm and ReLU');
  await expect(panel(page).getByRole('img', { name: /^Channel \d+: SQNR/ })).toHaveCount(8);
  const before = await sqnr(page);

  await slider(page, 'conv2').focus();
  await page.keyboard.press('2');
  await expect(panel(page)).toContainText('this layer (weights 2 bits');
  expect(await sqnr(page)).toBeLessThan(before - 10);

  await panel(page).getByRole('button', { name: 'Next channels' }).press('Enter');
  await expect(panel(page)).toContainText('channels 9–16 of 32');
  await panel(page).getByRole('spinbutton', { name: 'Test image' }).fill('1999');
  await expect(figure(page, /test image 1999 /)).toBeVisible();
  await expect(panel(page).getByRole('button', { name: 'Next image' })).toBeDisabled();

  await openTab(page, 'Images');
  await page.getByRole('region', { name: 'What changed' }).getByRole('button').nth(3).press('Enter');
  await openTab(page, 'Layer');
  await expect(figure(page, /test image (?!1999)/)).toBeVisible();

  await choosePreset(page, 'Float');
  await expect(figure(page, /by at most 0; no error, MSE 0/)).toBeVisible();
});

test('the last layer’s outputs are bars labeled with class names', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=layer');
  await slider(page, 'fc').focus();
  await openView(page);
  await expect(figure(page, /^Layer fc, .*: 10 values from /)).toBeVisible();
  await expect(panel(page).getByRole('figure').getByText('horse')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the maps fit, and nothing scrolls sideways', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/tab=layer');
    await openView(page);
    await expect(figure(page, /^Layer conv1, /)).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

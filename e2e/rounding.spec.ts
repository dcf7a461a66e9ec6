// "Improve rounding": before and after on the same images, codes kept for the next drag, undo, and a link that opens with
// improved rounding.
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const percentOf = async (page: Page) => Number.parseFloat((await accuracy(page).textContent()) ?? '');
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');
const slider = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const button = (page: Page) => page.getByRole('button', { name: /^Improve rounding/ });
const card = (page: Page) => page.getByRole('region', { name: 'Improve rounding' });

test('one press improves 2 bits without training, drags keep it, and undo leads back', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=2');
  await measured(page);
  const before = await percentOf(page);
  await button(page).press('Enter');
  await expect(card(page)).toContainText(/\+\d+\.\d points .* n = 2,000 test images/);
  await expect(card(page)).toContainText(/256 training images without labels, in \d+\.\d s/);
  expect(await percentOf(page)).toBeGreaterThan(before + 5);
  await expect(page).toHaveURL(/rounding=gptq/);
  await expect(card(page).getByRole('button', { name: 'Learn rounding (slower)' })).toBeEnabled();
  await page.keyboard.press('Escape');
  await expect(card(page)).toBeHidden();

  // The table is of chosen codes; with it, a policy is estimated before it is measured.
  await expect(page.getByText(/two of three estimates|estimates not checked yet/)).toBeVisible();
  await slider(page, 'conv4').focus();
  await page.keyboard.press('3');
  await expect(accuracy(page)).toContainText(/estimated|measured,/i);
  await measured(page);
  expect(await percentOf(page)).toBeGreaterThan(before + 5);

  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await measured(page);
  expect(await percentOf(page)).toBe(before);
  await expect(page).not.toHaveURL(/rounding=/);
});

test('canceled, it leaves everything as it was', { tag: '@long' }, async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10/w=2');
  await measured(page);
  const before = await percentOf(page);
  await button(page).press('Enter');
  await card(page).getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(card(page).getByRole('button', { name: 'Improve rounding' })).toBeVisible();
  await expect(page).not.toHaveURL(/rounding=/);
  expect(await percentOf(page)).toBe(before);
});

test('a link opens with improved rounding, says so, and leads back to nearest rounding', { tag: '@long' }, async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/range=hessian/w=2/rounding=gptq/independent=yes/correct=batchNorm');
  await measured(page);
  const improved = await percentOf(page);
  await page.getByRole('button', { name: /^Improve rounding, rounding is improved/ }).press('Enter');
  await expect(card(page)).toContainText('Rounding is improved: on 256 training images without labels.');
  await card(page).getByRole('button', { name: 'Back to nearest rounding' }).press('Enter');
  await measured(page);
  expect(await percentOf(page)).toBeLessThan(improved - 5);
});

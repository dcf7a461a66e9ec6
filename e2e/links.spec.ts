// Links and undo: a link opens the state it describes, the address follows a drag, a reload gives the same numbers,
// undo goes back across networks, and sharing copies the link and draws it as a QR code.
import type { Page } from '@playwright/test';
import { openTab } from './tabs';
import { expect, test } from './test';

const weights = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');
const fragment = (page: Page) => decodeURIComponent(new URL(page.url()).hash);

test('a link opens the state it describes, with a forced backend too', async ({ page }) => {
  await page.goto(
    './?backend=wasm#v1/tiny/emoji10/quantizer=affine/per=tensor/w=8442f/seed=7/axis=bitOps/tab=train/layer=3',
  );
  await expect(page.getByLabel('Network')).toHaveValue('tiny');
  await expect(page.getByLabel('Quantizer', { exact: true })).toHaveValue('affine');
  await page.getByRole('button', { name: /^Rounding/ }).press('Enter');
  await expect(page.getByLabel('Granularity', { exact: true })).toHaveValue('tensor');
  await page.keyboard.press('Escape');
  await expect(weights(page, 'conv1')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await expect(weights(page, 'conv4')).toHaveAttribute('aria-valuetext', /^2 bits/);
  await expect(weights(page, 'fc')).toHaveAttribute('aria-valuetext', /^float/);
  await expect(page.getByRole('region', { name: 'Training', exact: true }).getByLabel('Seed')).toHaveValue('7');
  await expect(page.getByRole('heading', { name: 'Accuracy against bit operations' })).toBeVisible();
  await openTab(page, 'Layer');
  await expect(page.getByRole('figure', { name: /^Layer conv3, / })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('parts of a link that are not understood are named, and the rest is shown', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=84x84/quantizer=lsqq/axis=bitOps');
  const notice = page.getByRole('alert').filter({ hasText: 'Part of the link was not understood' });
  await expect(notice).toContainText('quantizer=lsqq');
  await expect(notice).toContainText('conv3 had others');
  await expect(weights(page, 'conv2')).toHaveAttribute('aria-valuetext', /^4 bits/);
  await expect(page.getByRole('heading', { name: 'Accuracy against bit operations' })).toBeVisible();
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
});

test('the address follows a key press, and a reload measures the same', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const entries = await page.evaluate(() => history.length);
  await weights(page, 'conv4').focus();
  await page.keyboard.press('2');
  await expect.poll(() => fragment(page)).toMatch(/^#v1\/tiny\/emoji10\/w=88828\b/);
  await measured(page);
  const before = await accuracy(page).textContent();
  expect(await page.evaluate(() => history.length)).toBe(entries);

  await page.reload();
  await expect(weights(page, 'conv4')).toHaveAttribute('aria-valuetext', /^2 bits/);
  await measured(page);
  expect(await accuracy(page).textContent()).toBe(before);
});

test('going back to the previous link restores its state, and “skip to the desk” keeps it', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  await expect(weights(page, 'fc')).toHaveAttribute('aria-valuetext', /^4 bits/);
  await page.goto('./#v1/tiny/emoji10/w=3');
  await expect(weights(page, 'fc')).toHaveAttribute('aria-valuetext', /^3 bits/);
  await page.goBack();
  await expect(weights(page, 'fc')).toHaveAttribute('aria-valuetext', /^4 bits/);
  await page.getByRole('link', { name: 'Skip to the desk' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => fragment(page)).toBe('#v1/tiny/emoji10/w=4');
});

test('undo and redo cross a change of network and restore its policy', { tag: '@long' }, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  await weights(page, 'conv1').focus();
  await page.keyboard.press('3');
  await page.getByLabel('Network').selectOption('resnet8');
  await expect(weights(page, 'stem')).toHaveAttribute('aria-valuetext', /^8 bits/);
  await openTab(page, 'Train');
  await page.getByLabel('Label smoothing').fill('0.1');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByLabel('Label smoothing')).toHaveValue('0');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByLabel('Network')).toHaveValue('tiny');
  await expect(weights(page, 'conv1')).toHaveAttribute('aria-valuetext', /^3 bits/);
  await measured(page);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(page.getByLabel('Network')).toHaveValue('resnet8');
  await expect(accuracy(page)).toContainText('measured, n = ');
});

test('sharing copies the link at once and draws its QR code', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('./?backend=wasm#v1/tiny/emoji10/w=4');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share' });
  await expect(dialog.getByRole('status')).toHaveText('Link copied.');
  const link = await dialog.getByRole('textbox').inputValue();
  expect(link).toMatch(/\/#v1\/tiny\/emoji10\/w=4$/);
  expect(link).not.toContain('backend');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toHaveCount(0);
});

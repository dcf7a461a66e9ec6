// The page at http://192.168.x.x, as served in a classroom: not a secure context, so no WebGPU, no private file system,
// no hashes, no locks, no clipboard. Everything still works, and is there after a reload.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { openTab } from './tabs';
import { expect, test } from './test';

test.skip(({ baseURL }) => new URL(baseURL ?? '').hostname === '127.0.0.1', 'this machine has no address but loopback');

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');
const TRAINED = 'Weights: trained here';
const network = (page: Page) => page.getByLabel('Network', { exact: true });

/** Opens the dialog "Export" and saves the project. */
async function saveProject(page: Page): Promise<Buffer> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const link = page.getByRole('dialog').getByRole('link', { name: /fewbits\.safetensors/ });
  const download = page.waitForEvent('download');
  await link.click();
  const bytes = readFileSync(await (await download).path());
  await page.keyboard.press('Escape');
  return bytes;
}

test('without https: open, drag, measure, train, save, import, copy a link, and find it all after a reload', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  expect(await page.evaluate(() => [isSecureContext, 'clipboard' in navigator, 'locks' in navigator])).toEqual([
    false,
    false,
    false,
  ]);
  await expect(page.getByText('This page is not served over https')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('slider', { name: 'conv2 weight bits', exact: true }).press('ArrowDown');
  await measured(page);

  await openTab(page, 'Train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('128');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(TRAINED)).toBeVisible();
  await measured(page);
  const trained = await accuracy(page).textContent();

  const project = await saveProject(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByText(/Link copied|press Ctrl\+C/)).toBeVisible();
  const field = page.getByRole('dialog', { name: 'Share' }).getByRole('textbox');
  expect(await field.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0))).toBe(
    await field.inputValue(),
  );
  await page.keyboard.press('Escape');

  await network(page).selectOption('bring');
  const chooser = page.waitForEvent('filechooser');
  await page
    .getByRole('dialog')
    .getByText(/Choose file/)
    .click();
  await (await chooser).setFiles({ name: 'mine.safetensors', mimeType: 'application/octet-stream', buffer: project });
  await page.getByRole('button', { name: 'Use this network' }).click();
  await expect(network(page)).toHaveValue(/^own-/);
  // The address follows the desk at its own pace, at most 0.4 s behind.
  await expect(page).toHaveURL(/own-mine/);
  await page.reload();
  await expect(page.getByText('This page is not served over https')).toBeHidden();
  await expect(network(page)).toHaveValue(/^own-/);
  await measured(page);
  expect(await accuracy(page).textContent()).toBe(trained);
  await network(page).selectOption('tiny');
  await expect(training.getByText(TRAINED)).toBeVisible();
});

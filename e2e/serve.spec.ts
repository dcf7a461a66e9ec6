// `fewbits serve` for a room: at this machine's own address, over https with the certificate made on the spot, isolated.
// `browsers.long.spec.ts` takes other browsers the same way.
import { readFileSync } from 'node:fs';
import { serve } from './served';
import { openTab } from './tabs';
import { expect, test } from './test';

// Chromium shows its warning first, as it says in the terminal; a test cannot click through it.
test.use({ ignoreHTTPSErrors: true });

let stop: (() => Promise<void>) | undefined;
test.afterEach(() => stop?.());

test('over https at the address for others: measures, trains ten steps, exports, and keeps its data', {
  tag: '@long',
}, async ({ page }) => {
  const { urls, close } = await serve('--host', '0.0.0.0', '--https', '--isolate');
  stop = close;
  await page.goto(`${urls[urls.length - 1]}#v1/tiny/emoji10/w=4`);
  expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated, 'clipboard' in navigator])).toEqual([
    true,
    true,
    true,
  ]);
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  const measured = () => expect(accuracy).toContainText('measured, n = 2,000');
  await page.getByRole('slider', { name: 'conv2 weight bits', exact: true }).press('ArrowDown');
  await measured();
  await expect(page.getByText('This page is not served over https')).toBeHidden();
  expect(await page.evaluate(async () => (await navigator.storage.getDirectory()).kind)).toBe('directory');

  await openTab(page, 'Train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('160');
  await training.getByLabel('Batch size').fill('16');
  await training.getByRole('button', { name: 'Start training' }).click();
  const trained = training.getByText('Weights: trained here');
  await expect(trained).toBeVisible();
  await measured();
  const before = await accuracy.textContent();

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const download = page.waitForEvent('download');
  await page
    .getByRole('link', { name: /\.onnx/ })
    .first()
    .click();
  expect(readFileSync(await (await download).path()).toString('latin1')).toContain('fewbits');

  await page.reload();
  await expect(trained).toBeVisible();
  await measured();
  expect(await accuracy.textContent()).toBe(before);
});

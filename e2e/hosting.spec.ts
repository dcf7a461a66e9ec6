// The hosted page: cross-origin isolated, under a strict policy. What the policy of index.html blocks is a console
// error, so that every other test checks it too.
import { readFileSync } from 'node:fs';
import { serveSite } from './site';
import { expect, test } from './test';

const index = readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8');
const policy = (/Content-Security-Policy" content="([^"]+)"/.exec(index) as RegExpExecArray)[1];

/** Headers of a strict host. Sent with the worker's script, they are the worker's policy. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy': `${policy}; frame-ancestors 'none'`,
};

test('isolated, without a GPU, under a strict policy: starts, measures, draws, saves, shares, reads a file', async ({
  page,
}) => {
  const site = await serveSite({ headers: ISOLATED });
  await page.goto(`${site.url}#v1/tiny/emoji10/w=4`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const status = page.getByRole('region', { name: 'Status', exact: true });
  await expect(status).toContainText(/WebAssembly SIMD · .* images\/s/);
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(
    page
      .getByRole('figure', { name: /^Plot: Accuracy/ })
      .locator('svg')
      .first(),
  ).toBeVisible();

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const save = page.getByRole('dialog', { name: 'Export' });
  await expect(save.getByRole('link')).toHaveCount(16);
  await save.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const share = page.getByRole('dialog', { name: 'Share' });
  await expect(share.getByRole('img', { name: /QR code/ })).toBeVisible();
  await share.getByRole('button', { name: 'Close' }).click();

  const files = await page.evaluateHandle(async () => {
    const transfer = new DataTransfer();
    const weights = await fetch('weights/tiny-emoji10.safetensors');
    transfer.items.add(new File([await weights.blob()], 'tiny.safetensors'));
    return transfer;
  });
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: files });
  await expect(page.getByRole('dialog', { name: 'Your own network' })).toContainText('5 layers');

  const licenses = await page.request.get(`${site.url}licenses.html`);
  for (const name of ['react', 'recharts', '@tensorflow/tfjs-core'])
    expect(await licenses.text()).toContain(`>${name}</a>`);
  await site.close();
});

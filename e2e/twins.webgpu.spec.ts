// Every tensor twin gives on WebGPU what quant/ gives, forward and backward: the page's own kernels, composed operations,
// learned parameters. On a page of its own, because the product has no use for it.

import { build } from 'vite';
import { expect, test } from './test';
import type { TwinOutcome } from './twins';

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: 'e2e/twins.ts', output: { format: 'es', codeSplitting: false } },
    },
  });
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  const [entry] = outputs.flatMap((file) => (file.type === 'chunk' && file.isEntry ? [file.code] : []));
  return entry;
}

test('every quantizer rounds and learns on WebGPU as on plain numbers', async ({ page }) => {
  test.slow(); // hundreds of shaders, compiled for a processor
  const script = await bundle();
  const html =
    '<!doctype html><title>Twins</title><link rel="icon" href="data:,"><script type="module" src="twins.js"></script>';
  await page.route('**/twins.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route('**/twins.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto('./twins.html');
  await page.waitForFunction(() => 'runTwins' in window);
  const outcome = await page.evaluate(() =>
    (window as unknown as { runTwins(backend: string): Promise<TwinOutcome> }).runTwins('webgpu'),
  );
  expect(outcome).toMatchObject({ backend: 'webgpu', faults: [], wrong: [] });
  expect(outcome.twins).toBeGreaterThan(80);
});

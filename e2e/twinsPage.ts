// A separate page for the tensor twins, which the product has no use for.
import type { Page } from '@playwright/test';
import { build } from 'vite';
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

/** Runs every tensor twin on WebGPU, at `every` width or at one. */
export async function runTwins(page: Page, every: boolean): Promise<TwinOutcome> {
  const script = await bundle();
  const html =
    '<!doctype html><title>Twins</title><link rel="icon" href="data:,"><script type="module" src="twins.js"></script>';
  await page.route('**/twins.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route('**/twins.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto('./twins.html');
  await page.waitForFunction(() => 'runTwins' in window);
  return page.evaluate(
    (every) =>
      (window as unknown as { runTwins(backend: string, every: boolean): Promise<TwinOutcome> }).runTwins(
        'webgpu',
        every,
      ),
    every,
  );
}

// The page in Firefox and in WebKitGTK, served for a room by `fewbits serve`, without https and with it: what breaks there
// alone breaks no test in Chromium, which `insecure.spec.ts` and `serve.spec.ts` take on the same way.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openFirefox } from './firefox';
import { serve } from './served';
import { type Driven, pageOf, until } from './webdriver';
import { openWebKit } from './webkitGtk';

const MEASURED = /measured, n = 2,000/;
const TRAINED = /Weights: trained here/;

/** Collects what the page does not catch, from now on. */
const WATCH = `
  window.faults = [];
  for (const kind of ['error', 'unhandledrejection'])
    addEventListener(kind, ({ message, reason }) => faults.push(String(message ?? reason)));`;

/** Where the cap of a fader is, and how high its rail. */
const CAP = `
  const cap = arguments[0].parentElement.querySelector('[data-cap]').getBoundingClientRect();
  return { x: cap.x + cap.width / 2, y: cap.y + cap.height / 2, height: arguments[0].getBoundingClientRect().height };`;

async function journey(driven: Driven, address: string, isSecure: boolean): Promise<void> {
  const page = pageOf(driven);
  const accuracy = () => page.says('status', /^Accuracy$/, MEASURED);
  await page.resize(1440, 900);
  await page.goto(`${address}#v1/tiny/emoji10/w=4`);
  await page.evaluate(WATCH);
  expect(await page.evaluate('return isSecureContext')).toBe(isSecure);
  if (!isSecure) await page.click('button', /^Dismiss$/);
  await accuracy();

  const fader = await page.find('slider', /^conv2 weight bits$/);
  const { x, y, height } = (await page.evaluate(CAP, fader)) as { x: number; y: number; height: number };
  await page.drag({ x, y }, { x, y: y + (2 * height) / 9 });
  await until('two bits less', async () => /w=42444/.test(String(await page.evaluate('return location.hash'))));
  await accuracy();

  await page.click('tab', /^Train/);
  await page.fill(/^Epochs/, '1');
  await page.fill(/^Images per epoch/, '160');
  await page.fill(/^Batch size/, '16');
  await page.click('button', /^Start training$/);
  await page.says('region', /^Training$/, TRAINED);
  const trained = await accuracy();

  await page.click('button', /^Export$/);
  await page.click('link', /fewbits\.safetensors/);
  const file = await until('the download', () =>
    readdirSync(driven.downloads).find((name) => /\.safetensors$/.test(name)),
  );
  // The header: its length in 8 bytes, then JSON.
  const bytes = readFileSync(join(driven.downloads, file));
  expect(JSON.parse(bytes.toString('utf8', 8, 8 + bytes.readUInt32LE()))).toHaveProperty('__metadata__');

  expect(await page.evaluate('return faults')).toEqual([]);
  await page.reload();
  await page.says('region', /^Training$/, TRAINED);
  expect(await accuracy()).toBe(trained);
}

for (const [browser, open] of Object.entries({ Firefox: openFirefox, WebKitGTK: openWebKit }))
  for (const https of [false, true])
    test(`${browser} over http${https ? 's' : ''}: open, drag, measure, train ten steps, export, reload`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fewbits-'));
      const driven = await open(folder);
      if (driven === undefined) return test.skip(true, `${browser} is not installed`);
      const { urls, close } = await serve('--host', '0.0.0.0', ...(https ? ['--https'] : []));
      try {
        const [, address] = urls;
        if (address === undefined) return test.skip(true, 'this machine has no address but loopback');
        console.log(`${browser} ${driven.version} at ${address}`);
        await journey(driven, address, https);
      } catch (error) {
        const body = await pageOf(driven).screenshot();
        await test.info().attach('screen', { body, contentType: 'image/png' });
        throw error;
      } finally {
        await Promise.all([driven.close(), close()]);
        rmSync(folder, { recursive: true });
      }
    });

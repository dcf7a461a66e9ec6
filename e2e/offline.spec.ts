// Visits after the first, without a network: what the service worker keeps, how a new version of the site comes, and that
// browsers offer to install the page. Each test serves a copy of the built site, at the root or below it.
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { listen, siteHandler } from '../src/node/siteServer';
import { expect, test } from './test';

test.use({ serviceWorkers: 'allow' });

let directory = '';
let site = { url: '', close: async () => {} };

/** Serves a copy of the built site below `path`. */
async function serveCopy(path = '/'): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'fewbits-'));
  await cp(fileURLToPath(new URL('../dist/', import.meta.url)), join(directory, path), { recursive: true });
  const { port, close } = await listen(siteHandler(directory), { host: '127.0.0.1', port: 0 });
  site = { url: `http://127.0.0.1:${port}${path}`, close };
}

test.afterEach(async () => {
  await site.close();
  await rm(directory, { recursive: true });
});

/** Opens the page and waits until it is kept. */
async function visit(page: Page, hash = ''): Promise<void> {
  await page.goto(`${site.url}${hash}`);
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null;
  });
  await measured(page);
}

const measured = (page: Page) =>
  expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(/measured, n = [\d,]+/);

test('the second visit needs no network: measure, search, train, export, and weights that were used before', async ({
  page,
}) => {
  await serveCopy();
  await visit(page, '#v1/resnet20/emoji10/w=4');
  await page.waitForFunction(() => caches.match('weights/resnet20-emoji10.safetensors', { ignoreSearch: true }));
  await site.close();

  await page.goto(`${site.url}?backend=wasm#v1/tiny/emoji10/w=4/method=uniform/bits=34`);
  await page.reload();
  await page.getByRole('slider', { name: 'conv2 weight bits', exact: true }).press('ArrowDown');
  await measured(page);

  await page.getByRole('tab', { name: 'Search', exact: true }).click();
  await page.getByRole('button', { name: 'Start search' }).click();
  await expect(page.getByText(/test .*\(n = 2,000\)/).first()).toBeVisible();

  await page.getByRole('tab', { name: 'Train', exact: true }).click();
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('128');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText('Finished')).toBeVisible();

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog', { name: 'Export' }).getByRole('link').first().click();
  expect(await (await download).failure()).toBeNull();
  await page.keyboard.press('Escape');

  const network = page.getByRole('combobox', { name: 'Network' });
  await network.selectOption('resnet20');
  await measured(page);
  await network.selectOption('vgg-small');
  await expect(page.getByRole('alert')).toContainText('vgg-small-emoji10');
});

test('a new version waits until it is asked for, and not while a search runs', async ({ page }) => {
  await serveCopy();
  await visit(page, '#v1/resnet8/emoji10/w=4/tab=search');
  const offer = page.getByText('A new version of fewbits is ready.');
  await expect(offer).toBeHidden();
  await page.getByRole('button', { name: 'Start search' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  await appendFile(join(directory, 'sw.js'), '// another version\n');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).waiting !== null);
  await expect(offer).toBeHidden();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(offer).toBeVisible();

  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Update' }).click();
  await reloaded;
  await measured(page);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
  await expect(page.getByRole('slider', { name: '3b weight bits', exact: true })).toHaveAttribute(
    'aria-valuetext',
    /^4 bits/,
  );
});

for (const path of ['/', '/fewbits/'])
  test(`browsers offer to install the page at ${path}`, async ({ playwright, launchOptions }) => {
    await serveCopy(path);
    // Not in a private window, which every context of a test otherwise is.
    const profile = join(directory, 'profile');
    const context = await playwright.chromium.launchPersistentContext(profile, launchOptions);
    const page = await context.newPage();
    await visit(page, '#v1/tiny/emoji10/w=4');
    const session = await context.newCDPSession(page);
    expect(await session.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
    const { errors, url } = await session.send('Page.getAppManifest');
    expect([errors, url]).toEqual([[], `${site.url}manifest.webmanifest`]);
    await context.close();
  });

// Visits after the first, without a network: what the service worker keeps, how a new version of the site comes, and that
// browsers offer to install the page. Each test serves a copy of the built site, at the root or below it.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measured, type SiteCopy, serveCopy, visit } from './copy';
import { expect, test } from './test';

test.use({ serviceWorkers: 'allow' });

let site: SiteCopy;

test.afterEach(() => site.remove());

test('the second visit needs no network: drag, search, train, export, a lesson, German, and weights that were used before', async ({
  page,
}) => {
  site = await serveCopy();
  await visit(page, site, '#v1/resnet20/emoji10/w=4');
  await page.waitForFunction(() => caches.match('weights/resnet20-emoji10.safetensors', { ignoreSearch: true }));
  await site.stop();

  await page.goto(`${site.url}?backend=wasm#v1/tiny/emoji10/w=4/method=uniform/bits=34`);
  await page.reload();
  const cap = await page.locator('[data-fader="conv2"] [data-cap]').boundingBox();
  await page.mouse.move((cap?.x ?? 0) + 10, (cap?.y ?? 0) + 10);
  await page.mouse.down();
  await page.mouse.move((cap?.x ?? 0) + 10, (cap?.y ?? 0) + 60, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/w=4[123]444/);
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

  await page.getByRole('tab', { name: 'Learn', exact: true }).click();
  await page.getByRole('button', { name: 'Start: What is a bit?' }).click();
  const card = page.getByRole('region', { name: 'Lesson: What is a bit?' });
  await card.getByRole('button', { name: 'Continue' }).click();
  await card.getByRole('button', { name: 'Lock my guess' }).click();
  await expect(card.getByRole('status')).toContainText('Computed: 16 values');
  await card.getByRole('button', { name: 'Leave lesson' }).click();

  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.getByRole('tab', { name: 'Bilder', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await measured(page);

  const network = page.getByRole('combobox', { name: 'Network' });
  await network.selectOption('resnet20');
  await measured(page);
  await network.selectOption('vgg-small');
  await expect(page.getByRole('alert')).toContainText('vgg-small-emoji10');
});

test('a new version waits until it is asked for, and not while a search runs', async ({ page }) => {
  site = await serveCopy();
  await visit(page, site, '#v1/resnet8/emoji10/w=4/tab=search');
  const offer = page.getByText('A new version of fewbits is ready.');
  await expect(offer).toBeHidden();
  await page.getByRole('button', { name: 'Start search' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  await appendFile(join(site.directory, 'sw.js'), '// another version\n');
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
    site = await serveCopy(path);
    // Not in a private window, which every context of a test otherwise is.
    const profile = join(site.directory, 'profile');
    const context = await playwright.chromium.launchPersistentContext(profile, launchOptions);
    const page = await context.newPage();
    await visit(page, site, '#v1/tiny/emoji10/w=4');
    const session = await context.newCDPSession(page);
    expect(await session.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
    const { errors, url } = await session.send('Page.getAppManifest');
    expect([errors, url]).toEqual([[], `${site.url}manifest.webmanifest`]);
    await context.close();
  });

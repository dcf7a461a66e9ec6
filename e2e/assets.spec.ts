// Files of the site that fail to load: the page names each, offers a Retry button that works once the file is
// available, and shows or measures nothing in its place.
import type { Page } from '@playwright/test';
import { expect, test } from './network';

const WEIGHTS = '**/weights/tiny-emoji10.safetensors';
const problem = (page: Page, text: RegExp) => page.getByRole('alert').filter({ hasText: text });
const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');

test('images and weights that fail to load are named, never replaced, and load on Retry', async ({ page, context }) => {
  let images = false;
  await context.route('**/emoji10/sprites.bin', (route) =>
    images ? route.continue() : route.fulfill({ status: 503, body: 'busy' }),
  );
  let fail: 'unavailable' | 'missing' | 'page' | 'flipped' | null = 'unavailable';
  await context.route(WEIGHTS, async (route) => {
    if (fail === 'unavailable') await route.fulfill({ status: 503, body: 'busy' });
    else if (fail === 'missing') await route.fulfill({ status: 404, body: 'gone' });
    else if (fail === 'page')
      await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title>' });
    else {
      const response = await route.fetch();
      const body = await response.body();
      if (fail === 'flipped') body[body.length - 1] ^= 0x80;
      await route.fulfill({ response, body });
    }
  });
  // The first hint is for a first visit: it belongs to the bits that the page opens with.
  await page.goto('./#v1/tiny/emoji10');
  const retry = (text: RegExp) => problem(page, text).getByRole('button', { name: 'Retry' });
  const status = page.getByRole('region', { name: 'Status', exact: true });
  const words = {
    unavailable: /tiny-emoji10\.safetensors" could not be loaded: the server answered 503/,
    missing: /The site lacks its file "weights\/tiny-emoji10\.safetensors"/,
    page: /sent a web page in place of "weights\/tiny-emoji10\.safetensors"/,
    flipped: /tiny-emoji10\.safetensors" is damaged: its SHA-256/,
  };
  const nothing = page.getByText(/^Without (images|weights), nothing is measured\.$/);
  const unsaid = page.getByText('Drag conv4 down: it holds');
  const sprites = /sprites\.bin" could not be loaded: the server answered 503/;
  await expect(retry(sprites)).toBeVisible();
  await expect(accuracy(page)).toContainText('no images yet');
  await expect(status).toContainText('no images: nothing is measured');
  await expect(nothing).toBeVisible();
  await expect(unsaid).toHaveCount(0);
  images = true;
  await retry(sprites).click();
  await expect(problem(page, sprites)).toHaveCount(0);

  await expect(retry(words.unavailable)).toBeVisible();
  // The notice covers no fader.
  const [said, rack] = [problem(page, words.unavailable), page.getByRole('region', { name: 'Layers' })];
  const [above, below] = [await said.boundingBox(), await rack.boundingBox()];
  expect((above?.y as number) + (above?.height as number)).toBeLessThanOrEqual(below?.y as number);
  await expect(nothing).toBeVisible();
  await expect(unsaid).toHaveCount(0);
  for (const next of ['missing', 'page', 'flipped'] as const) {
    const before = fail;
    fail = next;
    await retry(words[before]).click();
    await expect(retry(words[next])).toBeVisible();
    await expect(accuracy(page)).toContainText('no weights yet');
    await expect(status).toContainText('no weights: nothing is measured');
  }
  fail = null;
  await retry(words.flipped).click();
  await measured(page);
  await expect(unsaid).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(accuracy(page)).toContainText(/^9\d\.\d %/);
});

test('measuring does not wait for the shipped measurements', { tag: '@long' }, async ({ page, context }) => {
  let fail = true;
  await page.clock.install();
  await context.route('**/precomputed/tiny-emoji10.json', (route) => (fail ? undefined : route.continue()));
  await page.goto('./#v1/tiny/emoji10/w=4');
  await measured(page);
  await page.clock.runFor('00:11');
  const said = problem(page, /precomputed measurements could not be loaded: "precomputed\/tiny-emoji10\.json" does/);
  fail = false;
  await said.getByRole('button', { name: 'Retry' }).click();
  await expect(said).toHaveCount(0);
  await expect(page.getByRole('figure', { name: /[1-9]\d* precomputed/ })).toBeVisible();
});

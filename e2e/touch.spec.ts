// The plot under fingers: two zoom and pan it, one taps a config, whose card loads it.
import type { Page } from '@playwright/test';
import { type Finger, fingers } from './fingers';
import { expect, test } from './test';

test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

/** Sizes at the ends of the plot, in KB. */
async function across(page: Page): Promise<{ from: number; to: number; factor: number }> {
  const figure = page.getByRole('region', { name: 'Accuracy against model size', exact: true }).getByRole('figure');
  const label = (await figure.getAttribute('aria-label')) ?? '';
  const [, from, to] = /Across: ([\d.]+) KB to ([\d.]+) KB/.exec(label) ?? [];
  return { from: Number(from), to: Number(to), factor: Number(to) / Number(from) };
}

test('two fingers zoom the plot and move it, and one still taps a config', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=plot');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  const layer = plot.getByRole('application');
  const range = page.getByRole('group', { name: 'Range of accuracy' });
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  const box = await layer.boundingBox();
  if (box === null) throw new Error('the plot has no place');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const home = await across(page);

  const near = [x - 30, x + 30].map((at, i): Finger => [at, y + (i === 0 ? 20 : -20)]);
  const far = [x - 90, x + 90].map((at, i): Finger => [at, y + (i === 0 ? 60 : -60)]);
  await fingers(page, near, far);
  await expect.poll(async () => (await across(page)).factor).toBeLessThan(home.factor / 1.5);
  await expect(range.getByRole('radio', { name: 'Zoom' })).toBeChecked();
  const zoomed = await across(page);
  const left = near.map(([at, height]): Finger => [at - 60, height]);
  await fingers(page, near, left);
  await expect.poll(async () => (await across(page)).from).toBeGreaterThan(zoomed.from);
  expect((await across(page)).factor).toBeCloseTo(zoomed.factor, 1);
  await fingers(page, far, near);
  await expect.poll(async () => (await across(page)).factor).toBeGreaterThan(zoomed.factor);

  await range.getByRole('radio', { name: 'Top' }).check();
  await expect.poll(() => across(page)).toEqual(home);
  // Fingers that are up are forgotten: one alone neither zooms nor pans, and a tap shows a card.
  const ring = plot.locator('figure svg').first().getByText('uniform 4', { exact: true });
  const word = await ring.boundingBox();
  if (word === null) throw new Error('uniform 4 is not named');
  await page.touchscreen.tap(word.x, word.y);
  await expect(plot.getByRole('button', { name: /^Load/ })).toBeVisible();
  expect(await across(page)).toEqual(home);
});

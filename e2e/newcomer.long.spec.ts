// What a newcomer does, without documentation: the invited drag, a search under a budget, its result loaded and exported.
import type { Locator } from '@playwright/test';
import { expect, test } from './test';

test('from the first look to an ONNX file under a budget in at most nine clicks', async ({ page }) => {
  test.slow();
  const clicks: string[] = [];
  async function click(what: Locator): Promise<void> {
    clicks.push((await what.textContent()) ?? '');
    await what.click();
  }
  await page.goto('./');
  const size = page.getByRole('status', { name: 'Model size' });
  await expect(size).toContainText('81.2');

  // 3b is invited: it holds nearly half of the size.
  await expect(page.getByText(/^Drag 3b down/)).toBeVisible();
  const fader = page.getByRole('slider', { name: '3b weight bits', exact: true });
  const cap = await fader.locator('..').locator('[data-cap]').boundingBox();
  if (cap === null) throw new Error('the fader is not drawn');
  await page.mouse.move(cap.x + cap.width / 2, cap.y + cap.height / 2);
  await page.mouse.down();
  await page.mouse.move(cap.x + cap.width / 2, cap.y + 115, { steps: 8 });
  await page.mouse.up();
  clicks.push('drag');
  await expect(fader).toHaveAttribute('aria-valuetext', /^4 bits/);

  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await click(plot.getByRole('button', { name: /^fits 64 KB/ }));
  await click(page.getByRole('tablist', { name: 'Panels' }).getByRole('tab', { name: 'Search' }));
  const search = page.getByRole('tabpanel', { name: 'Search' });
  await click(search.getByRole('button', { name: 'Start search' }));
  const run = search.getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
  await expect(run.getByText('done')).toBeVisible();
  await click(run.getByRole('button', { name: 'Load' }));
  await expect.poll(async () => Number.parseFloat((await size.textContent()) ?? '')).toBeLessThanOrEqual(64);
  await click(page.getByRole('button', { name: 'Export', exact: true }));
  const file = page
    .getByRole('dialog', { name: 'Export' })
    .getByRole('link', { name: /\.onnx/ })
    .first();
  const [download] = await Promise.all([page.waitForEvent('download'), click(file)]);
  expect(download.suggestedFilename()).toMatch(/\.onnx$/);
  expect(clicks.length, clicks.join(' · ')).toBeLessThanOrEqual(9);
});

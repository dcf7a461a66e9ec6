// The desk on one screen: at every desktop size the page does not scroll, no fader is cut, the header is one row, and the
// result keeps its height whatever the tabs show; under 1100 pixels the panel is a drawer over the plot.
import type { Page } from '@playwright/test';
import { run } from './keys';
import { openTab } from './tabs';
import { expect, test } from './test';

const boxOf = async (page: Page, role: 'banner' | 'region' | 'slider', name?: string) => {
  const box = await page.getByRole(role, name === undefined ? {} : { name, exact: true }).boundingBox();
  if (box === null) throw new Error(`${role} ${name} is not drawn`);
  return box;
};

for (const [width, height] of [
  [1920, 1080],
  [1440, 900],
  [1366, 650],
  [1280, 620],
] as const)
  test(`at ${width}x${height} all is on one screen`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto('./#v1/resnet8/emoji10');
    await expect(page.getByRole('slider', { name: 'fc weight bits', exact: true })).toBeVisible();
    const scrolls = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth, scrollHeight];
    });
    expect(scrolls).toEqual([width, height]);
    expect((await boxOf(page, 'banner')).height).toBe(48);
    const plot = await boxOf(page, 'region', 'Accuracy against model size');
    const rack = await boxOf(page, 'region', 'Layers');
    expect(plot.height).toBeGreaterThan(150);
    expect(plot.y + plot.height).toBeLessThanOrEqual(rack.y + 1);
    expect(rack.y + rack.height).toBeCloseTo(height, 0);
    for (const layer of ['stem', '3b', 'fc']) {
      const fader = await boxOf(page, 'slider', `${layer} weight bits`);
      expect(fader.y).toBeGreaterThan(rack.y);
      expect(fader.y + fader.height).toBeLessThanOrEqual(rack.y + rack.height);
      // Room for eight stops.
      expect(fader.height).toBeGreaterThan(120);
    }
    const hero = await boxOf(page, 'region', 'Result');
    for (const tab of ['Layer', 'Train', 'Search', 'Learn', 'Images'] as const) {
      await openTab(page, tab);
      expect(await boxOf(page, 'region', 'Result')).toEqual(hero);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height);
    }
  });

test('under 1100 pixels the panel opens over the plot, leaves the faders free, and closes by its tab', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto('./#v1/resnet8/emoji10');
  const panel = page.getByRole('tabpanel', { name: 'Images' });
  await expect(page.getByRole('slider', { name: 'fc weight bits', exact: true })).toBeVisible();
  await expect(panel).toBeHidden();
  await openTab(page, 'Images');
  await expect(panel).toBeVisible();
  const drawer = await panel.boundingBox();
  const rack = await boxOf(page, 'region', 'Layers');
  expect((drawer?.y ?? 0) + (drawer?.height ?? 0)).toBeLessThanOrEqual(rack.y + 1);
  const strip = await page.locator('[data-strip="fc"]').boundingBox();
  expect((strip?.y ?? 0) + (strip?.height ?? Number.POSITIVE_INFINITY)).toBeLessThanOrEqual(rack.y + rack.height);
  await openTab(page, 'Images');
  await expect(panel).toBeHidden();
});

test('every control of the header is within the window, and none lies on another', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10');
  const controls = page.getByRole('banner').locator('button:visible, select:visible');
  await expect(controls.first()).toBeVisible();
  for (const width of [1920, 1581, 1440, 1321, 1280, 1180, 1179, 1100, 1000, 999, 834, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const boxes = await controls.evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect),
    );
    for (const [i, box] of boxes.entries()) {
      expect(box.right, `control ${i} at ${width}`).toBeLessThanOrEqual(width);
      const next = boxes[i + 1];
      if (next !== undefined && next.top < box.bottom && next.left >= box.left)
        expect(next.left, `control ${i + 1} at ${width}`).toBeGreaterThanOrEqual(box.right - 0.5);
    }
  }
});

test('? opens keys and glossary, Ctrl+K all actions, Shift+F the projector view', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  const fader = page.getByRole('slider', { name: 'conv3 weight bits', exact: true });
  await fader.focus();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and glossary' });
  await expect(help.getByText('Pareto front', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(fader).toBeFocused();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Find an action' })).toBeFocused();
  await page.keyboard.type('search');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Search' })).toBeFocused();
  await run(page, 'pin');
  await expect(page).toHaveURL(/pins=/);
  await run(page, 'history');
  await expect(page.getByRole('region', { name: 'History' }).getByRole('listitem').last()).toHaveText('pinned A');
  await page.keyboard.press('Escape');
  await fader.focus();
  await page.keyboard.press('Shift+F');
  await expect(page.getByRole('tablist', { name: 'Panels' })).toBeHidden();
  await expect(page.getByRole('status', { name: 'Accuracy' })).toBeVisible();
  await expect(fader).toHaveAttribute('aria-valuetext', /^8 bits/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tablist', { name: 'Panels' })).toBeVisible();
});

// The desk: a fader changes memory at once and measured accuracy soon after, by mouse, sweep and keyboard; undo; phone.
import type { Locator, Page } from '@playwright/test';
import { openView } from './tabs';
import { expect, test } from './test';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const memory = (page: Page) => page.getByRole('status', { name: 'Model size' });
const weights = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const numberIn = async (output: Locator) =>
  Number.parseFloat(((await output.textContent()) ?? '').replace(/[^\d.]/g, ''));
const measured = (page: Page) => expect(page.getByText(/measured, n = 2,000/).first()).toBeVisible();

test('a key on a fader changes memory at once and measured accuracy soon after', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const before = { accuracy: await numberIn(accuracy(page)), memory: await numberIn(memory(page)) };
  expect(before.accuracy).toBeGreaterThan(80);

  const fader = weights(page, 'conv4');
  await expect(fader).toHaveAttribute('aria-valuetext', /^8 bits/);
  await fader.focus();
  await page.keyboard.press('2');
  await expect(fader).toHaveAttribute('aria-valuetext', /^2 bits/);
  expect(await numberIn(memory(page))).toBeLessThan(before.memory * 0.75);
  await measured(page);
  const after = await numberIn(accuracy(page));
  expect(after).not.toBe(before.accuracy);

  await page.keyboard.press('ControlOrMeta+z');
  await expect(fader).toHaveAttribute('aria-valuetext', /^8 bits/);
  expect(await numberIn(memory(page))).toBe(before.memory);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(fader).toHaveAttribute('aria-valuetext', /^2 bits/);
});

test('skipping a layer skips its block, and the network is measured without it', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10');
  await expect(accuracy(page)).toContainText(/measured, n = |precomputed, n = /);
  const before = { accuracy: await numberIn(accuracy(page)), memory: await numberIn(memory(page)) };
  await weights(page, '1a').focus();
  await page.keyboard.press('x');
  for (const layer of ['1a', '1b'])
    await expect(weights(page, layer)).toHaveAttribute('aria-valuetext', 'skipped, 0.0 KB');
  expect(await numberIn(memory(page))).toBeLessThan(before.memory - 4);
  await expect(page).toHaveURL(/\/w=8008888888/);
  await expect(async () => expect(await numberIn(accuracy(page))).toBeLessThan(before.accuracy - 20)).toPass();
  // Its fader brings the block back, with the same width for all its layers.
  await page.keyboard.press('5');
  for (const layer of ['1a', '1b']) await expect(weights(page, layer)).toHaveAttribute('aria-valuetext', /^5 bits/);
});

test('one stroke sweeps across all faders, and the plot lists what was measured', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const first = await weights(page, 'conv1').boundingBox();
  const last = await weights(page, 'fc').boundingBox();
  if (first === null || last === null) throw new Error('the faders are not drawn');
  const y = first.y + first.height * 0.55;
  await page.mouse.move(first.x + first.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(last.x + last.width / 2, y, { steps: 30 });
  await page.mouse.up();
  const texts = await page
    .getByRole('slider', { name: / weight bits$/ })
    .evaluateAll((sliders) => sliders.map((slider) => slider.getAttribute('aria-valuetext')));
  expect(new Set(texts.map((text) => text?.split(' ')[0])).size).toBe(1);
  expect(texts[0]).not.toMatch(/^8 /);
  await measured(page);
  const place = (view: string) => page.getByRole('tabpanel', { name: view, exact: true }).boundingBox();
  const drawn = await place('Plot');
  await openView(page, 'Table');
  const table = page.getByRole('region', { name: 'Table', exact: true });
  await expect(table.getByRole('row').filter({ hasText: 'measured, n = 2,000' })).not.toHaveCount(0);
  // The table scrolls in its panel, has no duplicate points, and is sorted by clicking its column heads.
  expect(await place('Table')).toEqual(drawn);
  expect((await table.boundingBox())?.height).toBeLessThanOrEqual(drawn?.height as number);
  await table.getByRole('columnheader', { name: /^Size/ }).getByRole('button').click();
  const rows = await table
    .getByRole('row')
    .evaluateAll((all) => all.slice(1).map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  const sizes = rows.map(([, , size]) => Number.parseFloat(size));
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(rows.filter(([name]) => name === 'float')).toHaveLength(1);
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
});

test('flipped images are grouped by outcome and lead to their activations', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3');
  await measured(page);
  const panel = page.getByRole('region', { name: 'What changed' });
  await expect(panel).toContainText('of 2,000');
  const lost = panel.getByRole('radio', { name: / lost$/ });
  const count = Number.parseInt(((await lost.locator('..').textContent()) as string).replace(',', ''), 10);
  expect(count).toBeGreaterThan(100);
  await lost.check();
  const tiles = panel.getByRole('button', { name: /, lost: float \w+ ✓ \(margin \d+ %\), now \w+ ✗/ });
  await expect(tiles).toHaveCount(18);
  await panel.getByRole('button', { name: `Show more (${count - 18} left)` }).click();
  await expect(tiles).toHaveCount(54);
  await expect(panel.getByRole('img')).toHaveCount(54);
  await tiles.nth(3).click();
  await panel.getByRole('button', { name: 'Show activations' }).click();
  await expect(page.getByRole('figure', { name: /^Layer conv1, test image [1-9][\d,]* / })).toBeInViewport();
});

test('forced colors show rails, masses, caps and the selection', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('./#v1/tiny/emoji10/w=4');
  await page.getByRole('button', { name: 'conv4', exact: true }).first().click();
  const strip = (layer: string) => page.locator(`[data-strip=${layer}]`);
  const styleOf = (part: Locator, name: string) =>
    part.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), name);
  // What is only drawn has no role: it is found beside what has one.
  const [mass, rail] = [0, 1].map((at) => strip('conv4').locator('div > span').nth(at));
  expect(await styleOf(rail, 'border-style')).toBe('solid');
  expect(await styleOf(mass, 'background-color')).not.toBe(await styleOf(strip('conv4'), 'background-color'));
  expect(await styleOf(strip('conv4').locator('[data-cap]'), 'border-width')).toBe('2px');
  expect(await styleOf(strip('conv4'), 'outline-width')).not.toBe(await styleOf(strip('conv2'), 'outline-width'));
});

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 1024, height: 768 }, hasTouch: true });

  test('a swipe that starts on a cap moves the fader, any other does not', async ({ page, context }) => {
    await page.goto('./#v1/tiny/emoji10/w=4');
    const fader = weights(page, 'conv3');
    await expect(fader).toHaveAttribute('aria-valuetext', /^4 bits/);
    const touch = await context.newCDPSession(page);
    const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints });
    const { x, y, width, height } = (await fader.boundingBox()) as NonNullable<
      Awaited<ReturnType<typeof fader.boundingBox>>
    >;
    const middle = x + width / 2;
    const swipeUp = async (from: number) => {
      await finger('touchStart', { x: middle, y: from });
      for (let by = 10; by <= 130; by += 10) await finger('touchMove', { x: middle, y: from - by });
      await finger('touchEnd');
    };
    // The cap stands at 4 bits of 9.2, at which float is, half a cap below the top.
    await swipeUp(y + height - (4 / 9.2) * (height - 11));
    await expect(fader).toHaveAttribute('aria-valuetext', /^float/);
    // Nowhere else: a desk that fills the window has nothing to scroll, and the fader stays.
    await swipeUp(y + height - 20);
    await expect(fader).toHaveAttribute('aria-valuetext', /^float/);
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the faders are rows, and nothing scrolls sideways', async ({ page }) => {
    await page.goto('./');
    await expect(accuracy(page)).toContainText(/\d %/);
    await expect(weights(page, 'stem')).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

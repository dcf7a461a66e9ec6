// The rack: selecting and moving together, solo, mute, locks, the master strip, and a budget that holds.
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './test';

const fader = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const size = async (page: Page) =>
  Number.parseFloat((await page.getByRole('status', { name: 'Model size' }).textContent()) as string);
const LAYERS = ['stem', '1a', '1b', '2a', '2b', '2s', '3a', '3b', '3s', 'fc'];

/** The weight bits on the faders, as in links: digits, f for float. */
async function bitsOf(page: Page): Promise<string> {
  const texts = await Promise.all(LAYERS.map((layer) => fader(page, layer).getAttribute('aria-valuetext')));
  return texts.map((text) => (/^float/.test(text as string) ? 'f' : (text as string)[0])).join('');
}
const expectBits = (page: Page, bits: string) => expect.poll(() => bitsOf(page)).toBe(bits);

/** The middle of a layer's cap. */
async function capOf(page: Page, layer: string): Promise<{ x: number; y: number; bit: number }> {
  const cap = await fader(page, layer).locator('..').locator('[data-cap]').boundingBox();
  const rail = await fader(page, layer).boundingBox();
  if (cap === null || rail === null) throw new Error(`the fader of ${layer} is not drawn`);
  return { x: cap.x + cap.width / 2, y: cap.y + cap.height / 2, bit: (rail.height - 11) / 9.2 };
}

async function drag(page: Page, layer: string, bits: number): Promise<void> {
  const { x, y, bit } = await capOf(page, layer);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - bits * bit, { steps: 8 });
}

test.beforeEach(async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10');
  await expectBits(page, '8888888888');
});

test('solo and mute are float until the same key, and undo takes them back', async ({ page }) => {
  await fader(page, '2b').focus();
  await page.keyboard.press('3');
  await page.keyboard.press('s');
  await expectBits(page, 'ffff3fffff');
  // Another width of the layer alone stays.
  await page.keyboard.press('2');
  await expectBits(page, 'ffff2fffff');
  await page.keyboard.press('s');
  await expectBits(page, '8888288888');
  await page.keyboard.press('m');
  await expectBits(page, '8888f88888');
  await page.keyboard.press('ControlOrMeta+z');
  await expectBits(page, '8888288888');
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expectBits(page, '8888f88888');
  await page.keyboard.press('m');
  await expectBits(page, '8888288888');
});

test('layers are selected by kind, by a marquee and by keys, and move together', async ({ page }) => {
  await fader(page, '2a').focus();
  await page.getByRole('button', { name: '2a', exact: true }).first().click();
  await page.getByRole('button', { name: 'Selection: 2a' }).click();
  await page.getByRole('menuitem', { name: 'Select stage' }).click();
  await expect(page.getByRole('button', { name: 'Selection: 3 layers' })).toBeVisible();
  await fader(page, '2b').focus();
  await page.keyboard.press('4');
  await expectBits(page, '8884448888');
  // A press without a drag leaves one; a drag of a member takes all along.
  await drag(page, '2a', -2);
  await page.mouse.up();
  await expectBits(page, '8882228888');
  // Across the heads.
  const head = async (layer: string) =>
    (await page.locator(`[data-head="${layer}"]`).boundingBox()) as { x: number; y: number; width: number };
  const [from, to] = [await head('3a'), await head('3s')];
  await page.mouse.move(from.x + 10, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 10, to.y + 12, { steps: 6 });
  await page.mouse.up();
  await fader(page, '3b').focus();
  await page.keyboard.press('ArrowDown');
  await expectBits(page, '8882226668');
  // With Shift in a drag, all to the same width.
  await fader(page, 'stem').focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/lock=/);
  await page.keyboard.press('ControlOrMeta+a');
  await drag(page, '3b', 0);
  await page.keyboard.down('Shift');
  const { x, y, bit } = await capOf(page, '3b');
  await page.mouse.move(x, y + 2 * bit, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  // Locked layers stay.
  await expectBits(page, '8884444444');
});

test('the master strip moves all unlocked layers, by as much or to the same width', async ({ page }) => {
  await fader(page, 'stem').focus();
  await page.keyboard.press('l');
  await fader(page, 'fc').focus();
  await page.keyboard.press('6');
  await page.keyboard.press('ArrowRight');
  const all = page.getByRole('slider', { name: 'All layers, average bits' });
  await expect(all).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expectBits(page, '8666666665');
  await page.keyboard.press('3');
  await expectBits(page, '8333333333');
  await expect(all).toHaveAttribute('aria-valuetext', /^3\.0 bits on average/);
  await fader(page, 'stem').focus();
  await page.keyboard.press('5');
  await expectBits(page, '8333333333');
  await expect(page.getByText('stem is locked').first()).toBeVisible();
});

test('a budget that holds is paid by other layers, shown before the release, up to a wall', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10/w=4/fits=48KB');
  await expectBits(page, '4444444444');
  const hold = page.getByRole('switch', { name: 'Hold 48.0 KB' });
  await hold.click();
  await expect(hold).toBeChecked();
  await drag(page, '3a', 4);
  // The others' caps stay until the release; their ghosts and the size are ahead.
  expect(await size(page)).toBeLessThanOrEqual(48);
  const during = await bitsOf(page);
  expect(during[6]).toBe('8');
  const paying = LAYERS.filter((_, i) => i !== 6 && during[i] !== '4');
  expect(paying.length).toBeGreaterThan(0);
  for (const layer of paying) {
    const strip = fader(page, layer).locator('..');
    await expect(strip.locator('[data-cap]')).toHaveText('4');
    await expect(strip.getByText(during[LAYERS.indexOf(layer)], { exact: true })).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expectBits(page, '4444444444');
  await drag(page, '3a', 4);
  await page.mouse.up();
  await expectBits(page, during);
  await page.keyboard.press('ControlOrMeta+z');
  await expectBits(page, '4444444444');
  // With all others locked, the fader meets a wall.
  await page.keyboard.press('ControlOrMeta+a');
  await fader(page, 'stem').focus();
  await page.keyboard.press('l');
  await fader(page, '3b').focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.keyboard.press('8');
  expect(await size(page)).toBeLessThanOrEqual(48);
  await expect(page.getByText(/Held at 48\.0 KB: no other layer has bits left to give/).first()).toBeVisible();
  await expectAccessible(page, 'a wall');
});

// Fingers on the page: taps that need not hit the middle, and drags.
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from '@playwright/test';
import { expect } from './test';

export type Finger = readonly [x: number, y: number];

/** How far a finger may miss the middle of what it taps, in pixels: nearly half a target of 44. */
const MISS = 20;

/** Fingers put down, moved from the first place to the last in steps, and lifted. */
export async function fingers(page: Page, from: readonly Finger[], to: readonly Finger[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const steps = 8;
  const at = (share: number) =>
    from.map(([x, y], id) => ({ id, x: x + (to[id][0] - x) * share, y: y + (to[id][1] - y) * share }));
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let i = 1; i <= steps; i++)
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(i / steps) });
  // At rest: the page goes on scrolling after a flick, and the next tap would only stop it.
  await setTimeout(100);
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await cdp.detach();
}

/** The middle of what is drawn for a control. */
export async function middle(control: Locator): Promise<Finger> {
  await control.scrollIntoViewIfNeeded();
  const box = await control.boundingBox();
  if (box === null) throw new Error(`${control} is not drawn`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Drags one finger from the middle of a control. */
export async function drag(page: Page, control: Locator, [dx, dy]: Finger): Promise<void> {
  const [x, y] = await middle(control);
  await fingers(page, [[x, y]], [[x + dx, y + dy]]);
}

/** Fails where a finger that misses the middle of a control by `MISS` hits nothing, or something else. */
async function expectTarget(control: Locator): Promise<void> {
  await control.scrollIntoViewIfNeeded();
  const missed = () =>
    control.evaluate((element, miss) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const ways = { left: [-miss, 0], right: [miss, 0], above: [0, -miss], below: [0, miss] };
      return Object.entries(ways).flatMap(([way, [dx, dy]]) => {
        const hit = document.elementFromPoint(x + dx, y + dy);
        const label = hit?.closest('label')?.control;
        return hit !== null && !element.contains(hit) && label !== element
          ? `${way}: ${hit.outerHTML.slice(0, 80)}`
          : [];
      });
    }, MISS);
  await expect.poll(missed, `a finger on ${control}`).toEqual([]);
}

/** Taps a control where a tap that misses its middle would hit it, too. */
export async function tap(control: Locator): Promise<void> {
  await expectTarget(control);
  await control.tap();
}

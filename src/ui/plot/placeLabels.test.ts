import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { law } from '../../math/law.testing';
import { alongSteps, placeLabels, type Rect } from './placeLabels';

const BOUNDS = { left: 0, top: 0, right: 400, bottom: 200 };
const touch = (a: Rect, b: Rect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('labels', () => {
  it('never cover each other or what is taken, and stay within the bounds', () => {
    const mark = fc.record({
      x: fc.integer({ min: 0, max: 400 }),
      y: fc.integer({ min: 0, max: 200 }),
      text: fc.constantFrom('float', 'uniform 4', '~uniform 8'),
    });
    law([fc.array(mark, { maxLength: 12 })], (labels) => {
      const taken = { left: 300, top: 0, right: 400, bottom: 24 };
      const rects = placeLabels(labels, BOUNDS, [taken]).map(({ rect }) => rect);
      rects.forEach((rect, i) => {
        expect(rect.left >= 0 && rect.top >= 0 && rect.right <= 400 && rect.bottom <= 200).toBe(true);
        for (const other of [taken, ...rects.slice(0, i)]) expect(touch(rect, other)).toBe(false);
      });
    });
  });
  it('are at the lower right of the mark when nothing is near', () => {
    expect(placeLabels([{ text: 'uniform 4', x: 100, y: 100 }], BOUNDS)).toMatchObject([
      { anchor: 'start', x: 108, y: 111 },
    ]);
  });
  it('give way to the front', () => {
    const front = alongSteps([
      { x: 100, y: 100 },
      { x: 180, y: 100 },
      { x: 180, y: 112 },
      { x: 300, y: 112 },
    ]);
    const [{ rect }] = placeLabels([{ text: 'uniform 4', x: 100, y: 100 }], BOUNDS, [], front);
    for (const line of front) expect(touch(rect, line)).toBe(false);
  });
  it('are left out where there is no room, unless they are needed', () => {
    const everywhere = { left: 0, top: 0, right: 400, bottom: 200 };
    const label = { text: 'float', x: 100, y: 100 };
    expect(placeLabels([label], BOUNDS, [everywhere])).toEqual([]);
    expect(placeLabels([{ ...label, needed: true }], BOUNDS, [everywhere])).toHaveLength(1);
  });
});

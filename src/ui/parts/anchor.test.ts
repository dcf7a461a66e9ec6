import { expect, test } from 'vitest';
import { fc } from '../../math/law.testing';
import { placeBeside } from './anchor';

const window = { width: 1000, height: 600 };
const at = (left: number, top: number) => ({ left, right: left + 80, top, bottom: top + 30 });

test('a popover stands below its anchor, centered', () => {
  expect(placeBeside(at(460, 100), { width: 200, height: 120 }, window)).toEqual({ left: 400, top: 136 });
});

test('it stands above where there is no room below, and keeps from the edges', () => {
  expect(placeBeside(at(0, 550), { width: 200, height: 120 }, window)).toEqual({ left: 8, top: 424 });
  expect(placeBeside(at(920, 100), { width: 200, height: 120 }, window).left).toBe(792);
});

test('what fits into the window is within it, wherever its anchor is', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 980 }), height: fc.integer({ min: 1, max: 580 }) });
  fc.assert(
    fc.property(size, fc.integer({ min: -200, max: 1200 }), fc.integer({ min: -200, max: 800 }), (popover, x, y) => {
      const { left, top } = placeBeside(at(x, y), popover, window);
      expect(left).toBeGreaterThanOrEqual(8);
      expect(top).toBeGreaterThanOrEqual(8);
      expect(left + popover.width).toBeLessThanOrEqual(992);
      expect(top + popover.height).toBeLessThanOrEqual(592);
    }),
  );
});

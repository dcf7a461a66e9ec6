import { expect, test } from 'vitest';
import { fc } from '../../math/law.testing';
import { roundRange, roundTicks, shareOf } from './frameScale';

test('ticks are round, inside the range and few', () => {
  expect(roundTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(roundTicks(83.2, 88.9, 6)).toEqual([84, 85, 86, 87, 88]);
  expect(roundTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(roundTicks(4, 4, 3)).toEqual([4]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (from, width) => {
        const ticks = roundTicks(from, from + width, 6);
        const slack = 1e-6 * Math.max(width, Math.abs(from));
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from - slack);
          expect(tick).toBeLessThanOrEqual(from + width + slack);
        }
      },
    ),
  );
});

test('a range has round ends around all values, and room for one', () => {
  expect(roundRange([83.2, 88.9])).toEqual([82, 90]);
  expect(roundRange([])).toEqual([0, 1]);
  expect(roundRange([50], 10)).toEqual([44, 56]);
  expect(roundRange([Number.NaN, 2, 4])).toEqual([2, 4]);
});

test('values lie between the ends, by doublings where asked', () => {
  expect(shareOf({ from: 0, to: 10 }, 2.5)).toBe(0.25);
  expect(shareOf({ from: 4, to: 16, log: true }, 8)).toBeCloseTo(0.5, 12);
  expect(shareOf({ from: 3, to: 3 }, 3)).toBe(0.5);
});

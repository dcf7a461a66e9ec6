import { expect, test } from 'vitest';
import { fc } from '../../math/law.testing';
import {
  chartLabel,
  layerScale,
  linearScale,
  logScale,
  plotArea,
  positionOf,
  roundDown,
  roundRange,
  roundTicks,
} from './scale';

test('ticks are round, inside the range and few', () => {
  expect(roundTicks([0, 10], 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(roundTicks([83.2, 88.9], 6)).toEqual([84, 85, 86, 87, 88]);
  expect(roundTicks([0, 0.3], 3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(roundTicks([4, 4], 3)).toEqual([4]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (from, width) => {
        const ticks = roundTicks([from, from + width], 6);
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
  expect(positionOf({ from: 0, to: 10 }, 2.5)).toBe(0.25);
  expect(positionOf({ from: 4, to: 16, kind: 'log' }, 8)).toBeCloseTo(0.5, 12);
  expect(positionOf({ from: 3, to: 3 }, 3)).toBe(0.5);
});

test('a count of none has a place on a scale of 1 + value', () => {
  expect(positionOf({ from: 0, to: 99, kind: 'log1p' }, 0)).toBe(0);
  expect(positionOf({ from: 0, to: 99, kind: 'log1p' }, 9)).toBeCloseTo(0.5, 12);
});

test('an area puts the beginnings at its lower left corner', () => {
  const { x, y } = plotArea(logScale('size', [1, 100]), linearScale('accuracy (%)', [0, 100]), {
    ...{ left: 10, right: 110, top: 5, bottom: 205 },
  });
  expect([x(1), x(10), x(100)]).toEqual([10, 60, 110]);
  expect([y(0), y(25), y(100)]).toEqual([205, 155, 5]);
});

test('numbers are rounded to 1, 2 or 5 times a power of ten', () => {
  expect([0.43, 1, 2, 4.9, 5, 99].map(roundDown)).toEqual([0.2, 1, 2, 2, 5, 50]);
});

test('layers lie in the middle of their bars, or on points; at most twelve are named', () => {
  const names = Array.from({ length: 30 }, (_, l) => `conv${l}`);
  const bars = layerScale(names);
  expect(bars.ticks.length).toBeLessThanOrEqual(12);
  expect(bars.ticks.map(bars.format).slice(0, 2)).toEqual(['conv0', 'conv3']);
  expect(layerScale(['a', 'b', 'c'], 'points')).toMatchObject({ from: 0, to: 2, ticks: [0, 1, 2] });
  expect(layerScale(['a'], 'points')).toMatchObject({ from: 0, to: 1, ticks: [0] });
});

test('a chart is told with its axes', () => {
  const x = logScale('times smaller', [1.5, 20], { format: (value) => `${value}x` });
  expect(chartLabel('Two runs.', x, linearScale('accuracy (%)', [60, 80]))).toBe(
    'Two runs. Across: times smaller (log scale), 2x to 16x. Up: accuracy (%), 60 to 80.',
  );
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { activationGrid, affine, affineGrid } from './affine';
import type { RangeChoice } from './quantizer';
import { chooseRange, gridError, minMaxRange, mseRange, percentileRange } from './ranges';
import { symmetric } from './symmetric';
import { fakeQuantize } from './uniformGrid';

const v = Float32Array.of(-1.3, -0.62, -0.21, -0.04, 0, 0.13, 0.37, 0.58, 0.91, 1.7);
const normals = (seed: number, size: number) => {
  const rng = createRng(seed);
  return Float32Array.from({ length: size }, () => rng.normal());
};

// numpy.percentile(v, [100 - p, p]), linear between neighbors.
test.each([
  [99.9, -1.29388, 1.69289],
  [99, -1.2388, 1.6289],
  [90, -0.688, 0.989],
])('percentile %d, as NumPy has it', (percent, low, high) => {
  expect(percentileRange(v, percent)).toBeAllClose([low, high]);
});

test('no numbers give an empty range, NaN is passed over', () => {
  const none = new Float32Array(0);
  for (const choice of ['minMax', 'percentile', 'mse'] as RangeChoice[])
    expect(chooseRange(none, choice, (min, max) => affineGrid(min, max, 4))).toEqual([0, 0]);
  expect(minMaxRange(Float32Array.of(Number.NaN, 2, -1))).toEqual([-1, 2]);
});

test('the least squared error is found: no range of the same shape does better, and min-max never', () => {
  law(
    [fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 1000 })],
    (bits, seed) => {
      const x = normals(seed, 200);
      for (const gridOf of [affineGrid, activationGrid]) {
        const [min, max] = minMaxRange(x);
        const found = gridError(x, gridOf(...mseRange(x, (a, b) => gridOf(a, b, bits)), bits));
        for (let k = 1; k <= 100; k++)
          expect(found).toBeLessThanOrEqual(gridError(x, gridOf((min * k) / 100, (max * k) / 100, bits)));
      }
    },
    10,
  );
});

// The best clip of a normal distribution with 2^b evenly spaced levels lies near 1.71, 2.15, 2.55 and 2.94 sd for 2 to 5
// bits (R. Banner et al., ACIQ, arXiv 1810.05723, table 1, for a grid of 2^b cells).
test('a normal distribution is clipped where ACIQ says', () => {
  const x = normals(7, 20000);
  for (const [bits, clip] of [
    [2, 1.71],
    [3, 2.15],
    [4, 2.55],
    [5, 2.94],
  ]) {
    const [, max] = mseRange(x, (_, high) => affineGrid(-high, high, bits));
    // ACIQ's levels are the middles of the cells, ours reach the ends.
    expect(max).toBeCloseTo(clip * (1 - 2 ** -bits), 0.3);
  }
});

test('the error is that of fakeQuantize, or above the limit', () => {
  const x = normals(2, 300);
  for (const grid of [affineGrid(-0.4, 1.1, 3), activationGrid(-0.2, 2, 4), affineGrid(1, 1, 2)]) {
    const sum = fakeQuantize(x, grid).reduce((total, y, i) => total + (y - x[i]) ** 2, 0);
    expect(gridError(x, grid)).toBeCloseTo(sum, 6);
    expect(gridError(x, grid, sum / 2)).toBeGreaterThan(sum / 2);
  }
});

test('affine and symmetric take the choice, binary weights have their own optimum', () => {
  const x = normals(3, 500);
  for (const quantizer of [affine, symmetric])
    for (const bits of [2, 3, 4]) {
      const error = (range: RangeChoice) => gridError(x, quantizer.init(x, { bits, range }));
      expect(error('mse')).toBeLessThan(error('minMax'));
      expect(error('mse')).toBeLessThanOrEqual(error('percentile') * 1.01);
      expect(quantizer.init(x, { bits })).toEqual(quantizer.init(x, { bits, range: 'minMax' }));
    }
  expect(symmetric.init(x, { bits: 1, range: 'mse' })).toEqual(symmetric.init(x, { bits: 1 }));
});

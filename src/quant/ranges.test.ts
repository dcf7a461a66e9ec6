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
])('percentile %d, as in NumPy', (percent, low, high) => {
  expect(percentileRange(v, percent)).toBeAllClose([low, high]);
});

test('no numbers give an empty range, and NaN is ignored', () => {
  const none = new Float32Array(0);
  for (const choice of ['minMax', 'percentile', 'mse'] as RangeChoice[])
    expect(chooseRange(none, choice, (min, max) => affineGrid(min, max, 4))).toEqual([0, 0]);
  expect(minMaxRange(Float32Array.of(Number.NaN, 2, -1))).toEqual([-1, 2]);
});

test('the least squared error is found: no other shrunken range does better, and min-max never does', () => {
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

// NumPy, over the density of a normal distribution: the outermost of 2^b evenly spaced levels with the least error, and
// their mean squared error (also tabulated in J. Max, "Quantizing for minimum distortion", 1960).
test.each([
  [2, 1.495, 0.11885],
  [3, 2.05, 0.03744],
  [4, 2.515, 0.01154],
  [5, 2.915, 0.0035],
])('a normal distribution is clipped at the optimum at %d bits', (bits, clip, error) => {
  const x = normals(7, 20000);
  const gridOf = (min: number, max: number) => affineGrid(Math.min(min, -max), Math.max(max, -min), bits);
  const [min, max] = mseRange(x, gridOf);
  expect(Math.max(-min, max) / clip).toBeCloseTo(1, 1); // the search is in hundredths of the range, and the minimum is flat
  expect(gridError(x, gridOf(min, max)) / x.length / error).toBeCloseTo(1, 1);
});

test('the error is that of fakeQuantize, or above the limit', () => {
  const x = normals(2, 300);
  for (const grid of [affineGrid(-0.4, 1.1, 3), activationGrid(-0.2, 2, 4), affineGrid(1, 1, 2)]) {
    const sum = fakeQuantize(x, grid).reduce((total, y, i) => total + (y - x[i]) ** 2, 0);
    expect(gridError(x, grid)).toBeCloseTo(sum, 6);
    expect(gridError(x, grid, sum / 2)).toBeGreaterThan(sum / 2);
  }
});

test('affine and symmetric use the chosen range, binary weights have their own optimum', () => {
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

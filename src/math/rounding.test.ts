import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from './law.testing';
import { roundHalfToEven } from './rounding';

/** Reference: the nearest integer; the even one when two are equally near. */
function nearest(x: number): number {
  const below = Math.floor(x);
  const distance = x - below; // exact for |x| < 2^52
  if (distance !== 0.5) return distance < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

describe('roundHalfToEven', () => {
  // numpy.rint, NumPy 2.
  test.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [254.5, 254],
    [255.5, 256],
    [0.49999999999999994, 0],
    [0.5000000000000001, 1],
    [1e9 + 0.5, 1e9],
    [1125899906842623.5, 1125899906842624],
    [2 ** 51 - 0.5, 2 ** 51],
  ])('%d -> %d', (x, rounded) => {
    expect(roundHalfToEven(x) === rounded).toBe(true);
  });

  test('passes NaN, infinities and numbers too large to have a fraction through unchanged', () => {
    for (const x of [Number.NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 60), 1e300]) expect(roundHalfToEven(x)).toBe(x);
  });

  test('is the nearest integer, ties to even', () => {
    law([fc.double({ min: -(2 ** 50), max: 2 ** 50, noNaN: true })], (x) => {
      expect(roundHalfToEven(x) === nearest(x)).toBe(true);
    });
    law([fc.integer({ min: -(2 ** 30), max: 2 ** 30 })], (k) => {
      expect(roundHalfToEven(k / 2) === nearest(k / 2)).toBe(true);
      expect(roundHalfToEven(k) === k).toBe(true);
    });
  });
});

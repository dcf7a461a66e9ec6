import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from './law.testing';
import { isNearChance, meanInterval, pairedDifference, spearman, wilson } from './statistics';

describe('wilson', () => {
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson'), SciPy 1.17.
  test.each([
    [50, 100, 0.4038315303659956, 0.5961684696340044],
    [0, 10, 0, 0.27753279986288926],
    [10, 10, 0.7224672001371109, 1],
    [1, 29, 0.006113214292762667, 0.17175521879320282],
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [9123, 10000, 0.9065965642806005, 0.9176867906629395],
  ])('%d of %d', (successes, n, lower, upper) => {
    const interval = wilson(successes, n);
    expect(interval.value).toBe(successes / n);
    expect(interval.n).toBe(n);
    expect([interval.lower, interval.upper]).toBeAllClose([lower, upper], { atol: 1e-12, rtol: 0 });
  });

  test('is [0, 1] without observations', () => {
    expect(wilson(0, 0)).toEqual({ value: Number.NaN, lower: 0, upper: 1, n: 0 });
  });

  test('contains its value, stays in [0, 1] and is symmetric in success and failure', () => {
    const counts = fc.tuple(fc.nat(50_000), fc.nat(50_000)).filter(([right, wrong]) => right + wrong > 0);
    law([counts], ([right, wrong]) => {
      const { value, lower, upper } = wilson(right, right + wrong);
      expect(0 <= lower && lower <= value + 1e-12 && value <= upper + 1e-12 && upper <= 1).toBe(true);
      const mirror = wilson(wrong, right + wrong);
      expect([1 - mirror.upper, 1 - mirror.lower]).toBeAllClose([lower, upper], { atol: 1e-9 });
    });
  });
});

describe('meanInterval', () => {
  // scipy.stats.t.interval(0.95, n - 1, loc=mean, scale=sem), SciPy 1.17.
  test.each([
    [[84.1, 83.7, 84.9, 84.4, 83.9], 83.618, 84.782],
    [[1, 2], -4.8531, 7.8531],
  ])('of %j', (values, lower, upper) => {
    const found = meanInterval(values);
    expect([found.lower, found.upper]).toBeAllClose([lower, upper], { atol: 1e-3, rtol: 0 });
    expect(found.n).toBe(values.length);
  });

  test('is unbounded for one number', () => {
    expect(meanInterval([3])).toEqual({
      mean: 3,
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
      n: 1,
    });
  });
});

describe('pairedDifference', () => {
  test('is the Wald interval of the discordant pairs', () => {
    // Agresti, "Categorical Data Analysis", table 11.1 (approval of the prime minister): 944 and 880 of 1600, 150 lost,
    // 86 gained; difference -0.04 with standard error 0.0095, interval (-0.0587, -0.0213).
    const { difference, lower, upper } = pairedDifference(86, 150, 1600);
    expect(difference).toBe(-0.04);
    expect([lower, upper]).toBeAllClose([-0.0587, -0.0213], { atol: 6e-5, rtol: 0 });
  });

  test('is zero without images, and without disagreement', () => {
    expect(pairedDifference(0, 0, 0)).toEqual({ gained: 0, lost: 0, difference: 0, lower: 0, upper: 0 });
    expect(pairedDifference(0, 0, 50)).toEqual({ gained: 0, lost: 0, difference: 0, lower: 0, upper: 0 });
  });

  test('changes sign when the classifiers are swapped, and is never NaN', () => {
    const counts = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).map(([g, l, rest]) => [g, l, g + l + rest] as const);
    law([counts], ([gained, lost, n]) => {
      const there = pairedDifference(gained, lost, n);
      const back = pairedDifference(lost, gained, n);
      expect([there.difference, there.lower, there.upper]).toBeAllClose([-back.difference, -back.upper, -back.lower]);
      expect(there.lower <= there.difference && there.difference <= there.upper).toBe(true);
    });
  });
});

describe('spearman', () => {
  test.each([
    // scipy.stats.spearmanr, SciPy 1.17; the second pair of lists is Wikipedia's example.
    [[1, 2, 2, 4, 5, 5, 5], [3, 1, 2, 2, 9, 8, 8], 0.7145774380937868],
    [[106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -0.17575757575757575],
    [[1, 2, 3], [10, 100, 1000], 1],
    [[1, 2, 3], [3, 2, 1], -1],
  ])('%j %j', (x, y, rho) => {
    expect(spearman(x, y)).toBeCloseTo(rho, 12);
  });

  test('is NaN for a constant list and for fewer than two points', () => {
    expect(spearman([], [])).toBeNaN();
    expect(spearman([1], [2])).toBeNaN();
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

test('near chance is an accuracy compatible with guessing, or hardly better', () => {
  expect(isNearChance(wilson(26, 256), 10)).toBe(true);
  expect(isNearChance(wilson(45, 256), 10)).toBe(true);
  expect(isNearChance(wilson(60, 256), 10)).toBe(false);
  expect(isNearChance(wilson(3, 4), 2)).toBe(true);
  expect(isNearChance(wilson(220, 256), 2)).toBe(false);
  expect(isNearChance(wilson(8, 256), 100)).toBe(false);
});

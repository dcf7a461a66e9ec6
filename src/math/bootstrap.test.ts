import { expect, test } from 'vitest';
import { bootstrap } from './bootstrap';
import { createRng } from './rng';
import { spearman } from './statistics';

const meanOf = (values: readonly number[]) => (indices: readonly number[]) =>
  indices.reduce((sum, i) => sum + values[i], 0) / indices.length;

test('the interval of a mean is that of its standard error', () => {
  const rng = createRng(1);
  const values = Array.from({ length: 400 }, () => 3 + 2 * rng.normal());
  const { value, lower, upper, n } = bootstrap(400, meanOf(values), 7);
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - value) ** 2, 0) / 400);
  expect(n).toBe(400);
  expect(value).toBeCloseTo(meanOf(values)([...values.keys()]), 12);
  expect((upper - lower) / (2 * 1.96 * (sd / 20))).toBeGreaterThan(0.9);
  expect((upper - lower) / (2 * 1.96 * (sd / 20))).toBeLessThan(1.1);
});

test('19 of 20 intervals of a rank correlation hold the true one', () => {
  // Of two normal numbers that correlate by r, Spearman's is 6/pi asin(r/2).
  const r = 0.8;
  const truth = (6 / Math.PI) * Math.asin(r / 2);
  let held = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const rng = createRng(seed);
    const x = Array.from({ length: 40 }, () => rng.normal());
    const y = x.map((v) => r * v + Math.sqrt(1 - r * r) * rng.normal());
    const of = (indices: readonly number[]) =>
      spearman(
        indices.map((i) => x[i]),
        indices.map((i) => y[i]),
      );
    const { lower, upper } = bootstrap(40, of, seed);
    if (lower <= truth && truth <= upper) held++;
  }
  expect(held).toBeGreaterThan(86);
  expect(held).toBeLessThan(100);
});

test('samples without a value are left out, and nothing has no interval', () => {
  const ranks = (indices: readonly number[]) => spearman([...indices], [...indices]);
  expect(bootstrap(2, ranks, 1)).toEqual({ value: 1, lower: 1, upper: 1, n: 2 });
  expect(bootstrap(0, ranks, 1)).toEqual({ value: Number.NaN, lower: Number.NaN, upper: Number.NaN, n: 0 });
});

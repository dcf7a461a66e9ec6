import { describe, expect, test } from 'vitest';
import { createRng } from './rng';
import { sliceSample } from './slice';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const moment = (values: readonly number[], k: number) => mean(values.map((v) => (v - mean(values)) ** k));

describe('slice sampling', () => {
  test.each([0.1, 1, 10])('has the moments of correlated normals, with initial width %d', (width) => {
    // Deviations 1 and 3, correlation 0.6, around (1, -2).
    const logDensity = ([x, y]: readonly number[]) => {
      const [u, v] = [x - 1, (y + 2) / 3];
      return -(u * u - 2 * 0.6 * u * v + v * v) / (2 * (1 - 0.36));
    };
    const draws = sliceSample(logDensity, [0, 0], 6000, createRng(1), { width, thin: 3 });
    const [xs, ys] = [draws.map(([x]) => x), draws.map(([, y]) => y)];
    expect(Math.abs(mean(xs) - 1)).toBeLessThan(0.1);
    expect(Math.abs(mean(ys) + 2)).toBeLessThan(0.3);
    expect(Math.sqrt(moment(xs, 2))).toBeCloseTo(1, 1);
    expect(Math.sqrt(moment(ys, 2)) / 3).toBeCloseTo(1, 1);
    const covariance = mean(draws.map(([x, y]) => (x - mean(xs)) * (y - mean(ys))));
    expect(Math.abs(covariance / 3 - 0.6)).toBeLessThan(0.1);
  });

  test('has the moments of a skewed density, and stays where it is positive', () => {
    const exponential = ([x]: readonly number[]) => (x > 0 ? -x : Number.NEGATIVE_INFINITY);
    const draws = sliceSample(exponential, [1], 20_000, createRng(2)).map(([x]) => x);
    expect(Math.min(...draws)).toBeGreaterThan(0);
    expect(Math.abs(mean(draws) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(draws, 2) - 1)).toBeLessThan(0.15);
    expect(Math.abs(moment(draws, 3) - 2)).toBeLessThan(0.7);
  });

  test('repeats for the same seed, and refuses a start of zero density', () => {
    const normal = ([x]: readonly number[]) => -x * x;
    expect(sliceSample(normal, [0], 5, createRng(3))).toEqual(sliceSample(normal, [0], 5, createRng(3)));
    expect(() => sliceSample(() => Number.NEGATIVE_INFINITY, [0], 1, createRng(3))).toThrow('begin where');
  });
});

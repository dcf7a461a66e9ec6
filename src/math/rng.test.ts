import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from './law.testing';
import { createRng, mixSeed, shuffle } from './rng';

const draws = (seed: number, count: number) => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => rng.uniform() * 2 ** 32);
};

describe('createRng', () => {
  // sfc32 of PractRand 0.95 (12 warm-up rounds), rewritten in Python with arbitrary integers; seeds mixed by mixSeed.
  test.each([
    [0, [422539136, 2682504204, 2946270825, 3007179001, 30219750]],
    [1, [3951420107, 3442231210, 3677031525, 1649424662, 3006816894]],
    [42, [3737615916, 1335812447, 287434007, 3230400188, 1249556133]],
    [0xffffffff, [213634753, 676990325, 756094503, 3810905137, 1714054125]],
  ])('seed %d gives the reference stream', (seed, expected) => {
    expect(draws(seed, 5)).toEqual(expected);
  });

  test('mixes seeds as murmur3 does', () => {
    expect([mixSeed(0, 0), mixSeed(1, 2), mixSeed(0xffffffff, 7)]).toEqual([2037038050, 2835814530, 1812305425]);
  });

  test('is roughly uniform: 64 bins, chi-squared below its 99.99 % point', () => {
    const rng = createRng(7);
    const bins = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) bins[Math.floor(rng.uniform() * 64)]++;
    const chi = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeLessThan(113.505); // scipy.stats.chi2.ppf(0.9999, 63) = 113.505
    expect(chi).toBeGreaterThan(29.5); // and not too even: ppf(0.0001, 63) = 29.5
  });

  test('draws every integer below n and no others', () => {
    const rng = createRng(3);
    const seen = new Set(Array.from({ length: 500 }, () => rng.integer(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('draws standard normals', () => {
    const rng = createRng(5);
    const values = Array.from({ length: 20_000 }, () => rng.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    const moment = (k: number) => values.reduce((sum, v) => sum + (v - mean) ** k, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test('forks repeat for the same state and label, and differ for others', () => {
    const child = (seed: number, label: number) => createRng(seed).fork(label).uniform();
    expect(child(1, 2)).toBe(child(1, 2));
    expect(new Set([child(1, 0), child(1, 1), child(2, 0), child(2, 1), createRng(1).uniform()]).size).toBe(5);
  });
});

test('shuffle permutes, with every order of three elements about equally likely', () => {
  law([fc.array(fc.integer()), fc.integer()], (values, seed) => {
    const shuffled = shuffle([...values], createRng(seed));
    expect(shuffled.sort((a, b) => a - b)).toEqual([...values].sort((a, b) => a - b));
  });
  const rng = createRng(9);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle([0, 1, 2], rng).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

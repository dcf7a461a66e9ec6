import { expect, test } from 'vitest';
import { FLOAT } from '../graph/policy';
import { createRng } from '../math/rng';
import { expectedBounds, ladder, narrow, type Probe } from './lossLadder';

/** A policy of so many bytes. Its loss doubles with every 10 % less of them, and is one point at 100 bytes. */
const truth = (bytes: number) => 0.01 * 2 ** ((100 - bytes) / 10);

function probeOf(bytes: number, noise = 0, n = 500): Probe {
  const loss = truth(bytes);
  const mixed = Math.round(n * 0.02);
  return {
    policy: { layer: { weights: 8, activations: FLOAT } },
    bytes,
    n,
    lost: mixed + Math.max(0, Math.round(n * (loss + noise))),
    gained: mixed,
    fall: 1.2 * loss,
  };
}

test('expected bounds hold in proofs: near the loss with many images, and wide with few', () => {
  const probes = [150, 120, 100, 80].map((bytes) => probeOf(bytes));
  const many = expectedBounds(probes, 1e9);
  // The factor of 1 / 1.2 between fall and loss is learned from the probes.
  many.forEach((bound, i) => {
    expect(bound / truth(probes[i].bytes)).toBeCloseTo(1, 0);
  });
  const [at100] = expectedBounds([probes[2]], 4000);
  const spread = Math.sqrt((0.05 + 1 / 500) / 4000);
  expect(at100).toBeGreaterThan(0.01 + 1.5 * spread);
  expect(at100).toBeLessThan(0.014 + 1.8 * spread);
});

test('the ladder falls in size from the largest, and keeps out what will hardly be proved', () => {
  const probes = [300, 150, 140, 130, 120, 110, 100, 90, 60].map((bytes) => probeOf(bytes));
  const steps = ladder(probes, 0.015, 4000);
  const sizes = steps.map(({ bytes }) => bytes);
  expect(sizes[0]).toBe(300);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(sizes.length).toBeGreaterThan(2);
  const bound = (bytes: number) => expectedBounds(probes, 4000)[probes.findIndex((probe) => probe.bytes === bytes)];
  expect(bound(sizes.at(-1) as number)).toBeLessThan(1.55 * 0.015);
  // The smallest that will probably be proved is on it.
  const smallest = probes.findLast(({ bytes }) => bound(bytes) < 0.015);
  expect(sizes).toContain(smallest?.bytes);
  expect(ladder([], 0.01, 100)).toEqual([]);
});

test('narrowing finds where the bound is reached with few probes, in spite of noisy counts', async () => {
  const rng = createRng(7);
  const sizes = Array.from({ length: 40 }, (_, i) => 300 - 6 * i);
  const ends: number[] = [];
  for (let run = 0; run < 20; run++) {
    const asked: number[] = [];
    // One standard deviation of the counted loss is half a point, as with 500 images and 1.3 % of flips.
    const probe = async (bytes: number) => {
      asked.push(bytes);
      return probeOf(bytes, 0.005 * rng.normal());
    };
    const probes: Probe[] = [];
    for await (const one of narrow(sizes, 0.015, 1e6, probe)) probes.push(one);
    expect(asked.length).toBeLessThan(12);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked[0]).toBe(300);
    ends.push(ladder(probes, 0.015, 1e6).at(-1)?.bytes as number);
  }
  // The loss is 1.5 points at 94 bytes.
  expect(ends.filter((bytes) => Math.abs(bytes - 94) <= 12).length).toBeGreaterThan(15);
});

test('narrowing copes with candidates that all lose too much, all lose nothing, and with none', async () => {
  const all = async (sizes: number[]) => {
    const bytes: number[] = [];
    for await (const one of narrow(sizes, 0.01, 1e6, async (size) => probeOf(size))) bytes.push(one.bytes);
    return bytes;
  };
  expect(await all([])).toEqual([]);
  expect((await all([60, 50, 40]))[0]).toBe(60);
  expect(await all([400, 390, 380])).toContain(380);
});

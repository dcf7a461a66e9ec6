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
    fall: 2.2 * loss,
  };
}

test('expected bounds hold in proofs: near the loss with many images, and wide with few', () => {
  const probes = [150, 120, 100, 80].map((bytes) => probeOf(bytes));
  const many = expectedBounds(probes, 1e9);
  many.forEach((bound, i) => {
    expect(Math.abs(bound - truth(probes[i].bytes))).toBeLessThan(0.15 * truth(probes[i].bytes) + 0.001);
  });
  const few = expectedBounds(probes, 4000);
  const spread = Math.sqrt((0.05 + 1 / 500) / 4000);
  expect(few[2] - many[2]).toBeGreaterThan(1.5 * spread);
  expect(few[2] - many[2]).toBeLessThan(1.8 * spread);
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

test('a wide gap above the expected place is filled with probes between, a narrow one is not', () => {
  const sizesOf = (...bytes: number[]) =>
    ladder(
      bytes.map((size) => probeOf(size)),
      0.01,
      1e9,
    ).map((probe) => probe.bytes);
  // The loss is one point at 100 bytes: 110 lose 0.5 points, 105 lose 0.7.
  expect(sizesOf(300, 170, 140, 110, 105)).toEqual([300, 170, 140, 110, 105]);
  expect(sizesOf(150, 140, 120, 110)).toEqual([150, 120, 110]);
  expect(sizesOf(300, 110)).toEqual([300, 110]);
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
    expect(asked.length).toBeLessThan(14);
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

// Origin: ResNet-8 on CIFAR-10, affine per channel, error feedback and batch norms, 512 validation images; the losses are
// those on 4,000 test images.
test('the losses of a real network are told from 512 images', () => {
  const measured: [bytes: number, lost: number, gained: number, fall: number, loss: number][] = [
    [83, 10, 3, 0.25, 0.0],
    [64, 9, 3, 0.33, 0.1],
    [54, 13, 4, 0.85, 0.15],
    [44, 14, 6, 0.8, 0.05],
    [33, 13, 8, 2.12, 0.75],
    [27, 14, 8, 3.88, 1.68],
    [26, 19, 9, 3.98, 1.8],
    [24, 31, 13, 7.31, 3.02],
  ];
  const policy = { layer: { weights: 8, activations: FLOAT } } as const;
  const probes = measured.map(([bytes, lost, gained, fall]) => ({
    policy,
    bytes,
    lost,
    gained,
    n: 512,
    fall: fall / 100,
  }));
  const expected = expectedBounds(probes, 1e12).map((bound) => 100 * bound);
  measured.forEach(([, , , , loss], i) => {
    expect(Math.abs(expected[i] - loss)).toBeLessThan(0.5);
  });
});

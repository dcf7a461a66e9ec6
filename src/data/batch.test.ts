import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import {
  augmentedPlan,
  type BatchPlan,
  composeBatch,
  epochBatches,
  epochPlans,
  evaluationPlan,
  normalizedBytes,
  runPlans,
} from './batch';
import { byteSet } from './byteSet';
import { normalizations } from './normalizations';

const side = 8;
const identity = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const shape = { height: side, width: side, normalization: identity };

/** `n` images of random bytes; image i has class i. */
function randomSet(n: number, seed: number) {
  const rng = createRng(seed);
  const pixels = Uint8Array.from({ length: n * side * side * 3 }, () => rng.integer(256));
  return {
    pixels,
    set: byteSet(
      pixels,
      Uint8Array.from({ length: n }, (_, i) => i),
    ),
  };
}

function onePlan(flip: number, row: number, column: number): BatchPlan {
  return {
    indices: Uint32Array.of(0),
    flips: Uint8Array.of(flip),
    rows: Int8Array.of(row),
    columns: Int8Array.of(column),
  };
}

/** Bytes of the first channel of row `y`. */
function redRow(images: Float32Array, y: number): number[] {
  return Array.from({ length: side }, (_, x) => Math.round(images[(y * side + x) * 3] * 255));
}

describe('gray', () => {
  const gray = { ...shape, normalization: { mean: [0], std: [1] } } as const;

  // Pillow 12.3: Image.new("RGB", (1, 1), color).convert("L")
  test.each([
    [[255, 0, 0], 76],
    [[0, 255, 0], 150],
    [[0, 0, 255], 29],
    [[10, 200, 77], 129],
    [[123, 123, 123], 123],
  ] as const)('%j has the luminance of Pillow', ([r, g, b], wanted) => {
    const set = byteSet(
      Uint8Array.from({ length: side * side * 3 }, (_, i) => [r, g, b][i % 3]),
      Uint8Array.of(0),
    );
    const { images } = composeBatch(set, evaluationPlan(0, 1), gray);
    expect(images).toHaveLength(side * side);
    expect(new Set(images)).toEqual(new Set([Math.fround(wanted / 255)]));
  });

  test('is flipped and shifted like colors', () => {
    const { pixels, set } = randomSet(1, 3);
    const level = pixels.map((_, i) => pixels[i - (i % 3)]);
    const plan = onePlan(1, -3, 2);
    const { images } = composeBatch(byteSet(level, Uint8Array.of(0)), plan, gray);
    const color = composeBatch(set, plan, shape).images.filter((_, i) => i % 3 === 0);
    expect(images).toEqual(color);
  });
});

describe('composing', () => {
  const ramp = byteSet(
    Uint8Array.from({ length: side * side * 3 }, (_, i) => 10 * Math.floor(i / 3 / side) + (Math.floor(i / 3) % side)),
    Uint8Array.of(3),
  );

  // torch.nn.functional.pad(..., mode="reflect") by 4, then rows and columns dy, dx = offset + 4 onwards.
  test('reflects without repeating the edge', () => {
    const { images } = composeBatch(ramp, onePlan(0, -4, 3), shape);
    expect(redRow(images, 0)).toEqual([43, 44, 45, 46, 47, 46, 45, 44]);
    expect(redRow(images, 4)).toEqual([3, 4, 5, 6, 7, 6, 5, 4]);
    expect(redRow(images, 5)[0]).toBe(13);
  });

  test('mirrors after the crop', () => {
    const { images } = composeBatch(ramp, onePlan(1, 4, 3), shape);
    expect(redRow(images, 0)).toEqual([44, 45, 46, 47, 46, 45, 44, 43]);
    expect(redRow(images, 7)[0]).toBe(34);
  });

  test('normalizes each channel in float32', () => {
    const set = byteSet(Uint8Array.of(0, 128, 255), Uint8Array.of(0));
    const normalization = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] } as const;
    const { images } = composeBatch(set, evaluationPlan(0, 1), { height: 1, width: 1, normalization });
    // (torch.tensor([0., 128, 255]) / 255 - mean) / std, PyTorch 2.13.
    expect([...images]).toEqual([-1.9894737, 0.0811532587, 2.11582589].map(Math.fround));
  });

  test('standardizes each image by itself', () => {
    const set = byteSet(Uint8Array.of(0, 128, 255, 7, 7, 7), Uint8Array.of(0, 0));
    const { normalization } = normalizations.perImage;
    const { images } = composeBatch(set, evaluationPlan(0, 2), { height: 1, width: 1, normalization });
    // tf.image.per_image_standardization, by its formula; an image of one color has no deviation.
    for (const [i, expected] of [-1.226343, 0.003202, 1.223141, 0, 0, 0].entries())
      expect(images[i]).toBeCloseTo(expected, 5);
    expect(images).toHaveLength(6);
  });

  test('evaluates images unchanged and in order', () => {
    law([fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.integer()], (count, from, seed) => {
      const { pixels, set } = randomSet(10, seed);
      const { images, labels } = composeBatch(set, evaluationPlan(from, count), shape);
      expect([...labels]).toEqual(Array.from({ length: count }, (_, i) => from + i));
      const table = normalizedBytes(identity);
      const bytes = pixels.subarray(from * side * side * 3, (from + count) * side * side * 3);
      expect(images).toEqual(Float32Array.from(bytes, (b) => table[b]));
    });
  });

  test('an augmented image is the reflected source, pixel by pixel', () => {
    const mirrored = (i: number) => (i < 0 ? -i : i >= side ? 2 * (side - 1) - i : i);
    law([fc.integer()], (seed) => {
      const { pixels, set } = randomSet(4, seed);
      const plan = augmentedPlan(Uint32Array.of(2, 0, 3, 3), createRng(seed));
      const { images, labels } = composeBatch(set, plan, shape);
      expect([...labels]).toEqual([2, 0, 3, 3]);
      const rng = createRng(seed + 1);
      for (let trial = 0; trial < 50; trial++) {
        const [i, y, x, c] = [rng.integer(4), rng.integer(side), rng.integer(side), rng.integer(3)];
        const fromRow = mirrored(y + plan.rows[i]);
        const fromColumn = mirrored((plan.flips[i] ? side - 1 - x : x) + plan.columns[i]);
        const byte = pixels[((plan.indices[i] * side + fromRow) * side + fromColumn) * 3 + c];
        expect(Math.round(images[((i * side + y) * side + x) * 3 + c] * 255)).toBe(byte);
      }
    });
  });
});

describe('plans', () => {
  test('draw every shift and both orientations about equally often', () => {
    const plan = augmentedPlan(new Uint32Array(9000), createRng(1));
    for (const shifts of [plan.rows, plan.columns]) {
      const counts = Array.from({ length: 9 }, (_, k) => shifts.filter((s) => s === k - 4).length);
      expect(Math.min(...counts)).toBeGreaterThan(880);
      expect(Math.max(...counts)).toBeLessThan(1120);
    }
    expect(Math.abs(plan.flips.reduce((a, b) => a + b, 0) - 4500)).toBeLessThan(200);
  });

  test('an epoch has full batches without repeated images, equal for equal seeds', () => {
    const arbitrary = fc.record({
      length: fc.integer({ min: 0, max: 60 }),
      batchSize: fc.integer({ min: 1, max: 20 }),
      images: fc.integer({ min: 1, max: 80 }),
      seed: fc.integer(),
    });
    law([arbitrary], ({ length, seed, ...sizes }) => {
      const options = { ...sizes, augment: true };
      const plans = [...epochPlans(length, options, createRng(seed))];
      const used = Math.min(length, options.images);
      const size = Math.min(options.batchSize, used);
      expect(plans.length).toBe(epochBatches(length, options));
      expect(plans.every((plan) => plan.indices.length === size)).toBe(true);
      const shown = plans.flatMap((plan) => [...plan.indices]);
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown.every((index) => index < length)).toBe(true);
      expect(used - shown.length).toBeLessThan(Math.max(1, size));
      expect([...epochPlans(length, options, createRng(seed))]).toEqual(plans);
    });
  });

  test('a run resumed at a step sees the same batches as an uninterrupted one', () => {
    const options = { batchSize: 4, augment: true };
    const take = (from: number, count: number) => {
      const plans = runPlans(10, options, 3, from);
      return Array.from({ length: count }, () => plans.next().value);
    };
    const all = take(0, 9); // two batches per epoch
    for (const from of [1, 2, 5]) expect(take(from, 9 - from)).toEqual(all.slice(from));
    expect(all[2]).not.toEqual(all[0]);
    expect(() => runPlans(0, options, 3).next()).toThrow('no images');
  });
});

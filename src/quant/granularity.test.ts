import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { affine } from './affine';
import {
  checkSpec,
  groupCount,
  groupParameters,
  joinGroups,
  kernelLayout,
  parseGranularity,
  quantizeKernel,
  splitGroups,
} from './granularity';
import { lsq } from './lsq';
import { type Granularity, QuantSpecError } from './quantizer';
import { symmetric } from './symmetric';
import { ttq } from './ttq';

const granularities: readonly Granularity[] = ['tensor', 'channel', 'block:1', 'block:2', 'block:3', 'block:64'];
const layouts = [
  ['conv [3, 3, 2, 5]', [3, 3, 2, 5], false],
  ['conv [3, 3, 7, 2]', [3, 3, 7, 2], false],
  ['depthwise [3, 3, 4, 1]', [3, 3, 4, 1], true],
  ['dense [6, 3]', [6, 3], false],
  ['one channel [1, 1, 7, 1]', [1, 1, 7, 1], false],
] as const;

describe.each(layouts)('%s', (_, shape, depthwise) => {
  const layout = kernelLayout(shape, depthwise);
  const { channels, inputs } = layout;
  const size = shape.reduce<number>((product, d) => product * d, 1);
  const kernel = Float32Array.from({ length: size }, (_, i) => i);

  test('join undoes split, for values and codes', () => {
    for (const granularity of granularities) {
      const groups = splitGroups(kernel, granularity, layout);
      expect(groups).toHaveLength(groupCount(size, layout, granularity));
      const perRun = granularity === 'tensor' ? 1 : channels;
      expect(joinGroups(groups, perRun)).toEqual(kernel);
      expect(
        joinGroups(
          groups.map((group) => Uint8Array.from(group)),
          perRun,
        ),
      ).toEqual(Uint8Array.from(kernel));
    }
  });

  test('a group holds the numbers of one output channel', () => {
    const groups = splitGroups(kernel, 'channel', layout);
    expect(groups).toHaveLength(channels);
    groups.forEach((group, c) => {
      expect(group).toHaveLength(size / channels);
      for (const v of group) expect(v % channels).toBe(c);
    });
    expect(splitGroups(kernel, 'tensor', layout)).toEqual([kernel]);
  });

  test('a block holds consecutive input channels of one tap and output channel, at most as many as there are', () => {
    for (const block of [1, 2, 3, 64]) {
      const groups = splitGroups(kernel, `block:${block}`, layout);
      expect(groups).toHaveLength((size / inputs) * Math.ceil(inputs / block));
      groups.forEach((group, g) => {
        expect(group.length).toBeLessThanOrEqual(Math.min(block, inputs));
        const rows = Array.from(group, (v) => Math.floor(v / channels));
        expect(new Set(rows.map((row) => Math.floor(row / inputs))).size).toBe(1);
        expect((rows[0] % inputs) % block).toBe(0);
        group.forEach((v, i) => {
          expect(v % channels).toBe(g % channels);
          expect(rows[i]).toBe(rows[0] + i);
        });
      });
    }
  });
});

test('the blocks of a small kernel [1, 1, 3, 2], by hand', () => {
  const kernel = Float32Array.of(1, 10, 2, 20, 3, 30);
  const groups = splitGroups(kernel, 'block:2', { channels: 2, inputs: 3 });
  expect(groups.map((group) => [...group])).toEqual([[1, 2], [10, 20], [3], [30]]);
});

test('each group has the grid of its own numbers', () => {
  const rng = createRng(1);
  law([fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 })], (bits, channels) => {
    const layout = { channels, inputs: 3 };
    const kernel = Float32Array.from({ length: channels * 9 }, (_, i) => rng.normal() * 10 ** (i % channels));
    for (const quantizer of [affine, symmetric])
      for (const granularity of granularities) {
        const { values, groups } = quantizeKernel(kernel, layout, quantizer, granularity, { bits });
        splitGroups(kernel, granularity, layout).forEach((group, g) => {
          const grid = quantizer.init(group, { bits });
          expect(groups[g]).toEqual(grid);
          expect(splitGroups(values, granularity, layout)[g]).toEqual(quantizer.forward(group, grid, { bits }));
        });
      }
  });
});

describe('checkSpec', () => {
  test.each([0, 9, 2.5, -1, 32, Number.NaN, Infinity])('rejects %d bits by name', (bits) => {
    for (const quantizer of [affine, symmetric]) {
      const check = () => checkSpec(quantizer, 'tensor', bits);
      expect(check).toThrow(QuantSpecError);
      expect(check).toThrow(`${quantizer.label} has no ${bits}-bit weights; choose 1 to 8 bits, or float.`);
      const layout = { channels: 2, inputs: 2 };
      expect(() => quantizeKernel(new Float32Array(4), layout, quantizer, 'channel', { bits })).toThrow(QuantSpecError);
    }
  });

  test('accepts 1 to 8 bits, and rejects a granularity that the quantizer lacks', () => {
    for (let bits = 1; bits <= 8; bits++) checkSpec(affine, 'channel', bits);
    const whole = { ...affine, granularities: ['tensor'] as const };
    expect(() => checkSpec(whole, 'channel', 4)).toThrow('Affine min-max does not work per channel; choose tensor.');
    expect(() => checkSpec(whole, 'block:32', 4)).toThrow('Affine min-max does not work per block; choose tensor.');
  });

  test.each(['', 'block', 'block:', 'block:0', 'block:-4', 'block:1.5', 'block:1e3', 'row'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseGranularity(text)).toThrow(QuantSpecError);
    },
  );
});

describe('learned parameters', () => {
  test('replace those computed from the numbers, group by group', () => {
    const groups = [Float32Array.of(0.1, -0.6), Float32Array.of(2, -1)];
    const found = groupParameters(ttq, groups, { bits: 2 }, Float32Array.of(1, 2, 3, 4));
    expect(found.map(({ positive, negative }) => [positive, negative])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    // The threshold is not learned.
    expect(found.map(({ threshold }) => threshold)).toEqual(
      groups.map((group) => ttq.init(group, { bits: 2 }).threshold),
    );
  });

  test('round the kernel that they were learned for', () => {
    const kernel = Float32Array.of(0.3, -0.9, 0.6, 0.1);
    const layout = kernelLayout([2, 2], false);
    const { values } = quantizeKernel(kernel, layout, lsq, 'channel', { bits: 2 }, Float32Array.of(0.25, 0.5));
    expect(values).toEqual(Float32Array.of(0.25, -1, 0.25, 0));
  });

  test('of another number of groups are rejected', () => {
    const refused = () => groupParameters(ttq, [Float32Array.of(1)], { bits: 2 }, Float32Array.of(1, 2, 3));
    expect(refused).toThrow('TTQ learns 2 numbers for each of 1 groups, but 3 are stored.');
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { affine } from './affine';
import { checkSpec, joinGroups, quantizeKernel, splitGroups } from './granularity';
import { type Quantizer, QuantSpecError } from './quantizer';
import { symmetric } from './symmetric';

const layouts = [
  ['conv [3, 3, 2, 5]', 3 * 3 * 2 * 5, 5],
  ['depthwise [3, 3, 4, 1]', 3 * 3 * 4, 4],
  ['dense [6, 3]', 18, 3],
  ['one channel', 7, 1],
] as const;

describe.each(layouts)('%s', (_, size, channels) => {
  const kernel = Float32Array.from({ length: size }, (_, i) => i);

  test('join undoes split', () => {
    for (const granularity of ['tensor', 'channel'] as const)
      expect(joinGroups(splitGroups(kernel, granularity, channels))).toEqual(kernel);
  });

  test('a group holds the numbers of one output channel', () => {
    const groups = splitGroups(kernel, 'channel', channels);
    expect(groups).toHaveLength(channels);
    groups.forEach((group, c) => {
      expect(group).toHaveLength(size / channels);
      for (const v of group) expect(v % channels).toBe(c);
    });
    expect(splitGroups(kernel, 'tensor', channels)).toEqual([kernel]);
  });
});

test('each channel has the grid of its own numbers', () => {
  const rng = createRng(1);
  law([fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 })], (bits, channels) => {
    const kernel = Float32Array.from({ length: channels * 9 }, (_, i) => rng.normal() * 10 ** (i % channels));
    for (const quantizer of [affine, symmetric]) {
      const { values, groups } = quantizeKernel(kernel, channels, quantizer, 'channel', bits);
      splitGroups(kernel, 'channel', channels).forEach((group, c) => {
        const grid = quantizer.init(group, { bits });
        expect(groups[c]).toEqual(grid);
        expect(splitGroups(values, 'channel', channels)[c]).toEqual(quantizer.forward(group, grid, { bits }));
      });
      const whole = quantizeKernel(kernel, channels, quantizer, 'tensor', bits);
      expect(whole.values).toEqual(quantizer.forward(kernel, whole.groups[0], { bits }));
      expect(whole.groups).toHaveLength(1);
    }
  });
});

describe('checkSpec', () => {
  test.each([0, 9, 2.5, -1, 32, Number.NaN, Infinity])('refuses %d bits by name', (bits) => {
    for (const quantizer of [affine, symmetric]) {
      const check = () => checkSpec(quantizer as Quantizer<unknown>, 'tensor', bits);
      expect(check).toThrow(QuantSpecError);
      expect(check).toThrow(`${quantizer.label} has no ${bits}-bit weights; choose 1 to 8 bits, or float.`);
      expect(() => quantizeKernel(new Float32Array(4), 2, quantizer, 'channel', bits)).toThrow(QuantSpecError);
    }
  });

  test('takes 1 to 8 bits, and refuses a granularity that the quantizer lacks', () => {
    for (let bits = 1; bits <= 8; bits++) checkSpec(affine as Quantizer<unknown>, 'channel', bits);
    const whole = { ...affine, granularities: ['tensor'] } as unknown as Quantizer<unknown>;
    expect(() => checkSpec(whole, 'channel', 4)).toThrow('Affine min-max does not work per channel; choose tensor.');
  });
});

// Laws that every quantizer of weights obeys, at every width that it has.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { parseScheme } from './parseScheme';
import type { QuantSpec } from './quantizer';
import { type QuantizerId, quantizerOf, quantizers, scaleBitsOf, schemeName, specOf } from './registry';

const group = fc
  .array(fc.float({ noNaN: true, min: Math.fround(-1e6), max: Math.fround(1e6) }), { minLength: 1, maxLength: 40 })
  .map((values) => Float32Array.from(values));

/**
 * Under the same parameters a level may round elsewhere: DSConv rounds with one factor and decodes with another, fitted
 * one (its own law is in dsconv.test.ts), and DoReFa's levels are those of tanh.
 */
const REFITTED: readonly string[] = ['dsconv', 'dorefa'];

const extremes: readonly [string, readonly number[]][] = [
  ['empty', []],
  ['zero', [0, 0, 0]],
  ['negative zero', [-0, 0]],
  ['constant', [0.7, 0.7]],
  ['negative constant', [-3, -3]],
  ['one number', [1e-3]],
  ['subnormal', [1e-45, 3e-42, -7e-45]],
  ['tiny', [1.2e-38, -1.2e-38, 0]],
  ['huge', [1e38, -1e38, 0]],
  ['as large as float32 goes', [3.4028234663852886e38, -3.4028234663852886e38, 1]],
  ['far apart', [1e30, 1e-30]],
];

describe.each(Object.keys(quantizers) as QuantizerId[])('%s', (id) => {
  const quantizer = quantizerOf(id);
  const [min, max] = quantizer.bits;
  const specs: QuantSpec[] = [];
  for (let bits = min; bits <= max; bits++) {
    specs.push({ bits });
    if (quantizer.halfScales) specs.push({ bits, scaleBits: 16 });
  }
  const spec = fc.constantFrom(...specs);

  test('its id is its key in the table, and it names its source', () => {
    expect(quantizer.id).toBe(id);
    expect(quantizer.reference).not.toBe('');
    expect(quantizer.granularities.length).toBeGreaterThan(0);
  });

  test('decoding the codes gives exactly the values of forward', () => {
    law([group, spec], (x, s) => {
      const params = quantizer.init(x, s);
      const codes = quantizer.encode(x, params, s);
      expect(codes).toHaveLength(x.length);
      for (const code of codes) expect(code).toBeLessThan(2 ** s.bits);
      const numbers = quantizer.numbers(params, s);
      expect(numbers).toHaveLength(quantizer.numbersPerGroup(s.bits));
      expect(numbers).toEqual(numbers.map(Math.fround));
      expect(quantizer.decode(codes, numbers, s)).toEqual(quantizer.forward(x, params, s));
    });
  });

  test('decoding is homogeneous: scaling the stored numbers scales the values', () => {
    law([group, spec], (x, s) => {
      const params = quantizer.init(x, s);
      const codes = quantizer.encode(x, params, s);
      const numbers = quantizer.numbers(params, s);
      const values = quantizer.decode(codes, numbers, s);
      // A power of two, which adds no rounding.
      const scaled = quantizer.decode(
        codes,
        numbers.map((n) => 4 * n),
        s,
      );
      expect(scaled).toBeAllClose(
        values.map((v) => 4 * v),
        { atol: 1e-40, rtol: 0 },
      );
    });
  });

  test('gives at most 2^bits values per group', () => {
    law([group, spec], (x, s) => {
      const y = quantizer.forward(x, quantizer.init(x, s), s);
      expect(new Set(y).size).toBeLessThanOrEqual(2 ** s.bits);
    });
  });

  test.skipIf(REFITTED.includes(id))('its levels are fixed points, so it is idempotent', () => {
    law([group.filter((x) => Math.max(...x.map(Math.abs)) > 1e-20), spec], (x, s) => {
      const params = quantizer.init(x, s);
      const y = quantizer.forward(x, params, s);
      const all = Uint8Array.from({ length: 2 ** s.bits }, (_, code) => code);
      const reached = new Set(quantizer.encode(x, params, s));
      const levels = quantizer.decode(
        all.filter((code) => reached.has(code)),
        quantizer.numbers(params, s),
        s,
      );
      const range = Math.max(...x) - Math.min(...x);
      if (id === 'affine' && range < Math.max(...x.map(Math.abs)) / 1000) return; // float32 cannot tell its levels apart
      expect(quantizer.forward(levels, params, s)).toEqual(levels);
      expect(quantizer.forward(y, params, s)).toEqual(y);
    });
  });

  test.each(extremes)('stays finite for %s input', (_, values) => {
    const x = Float32Array.from(values);
    for (const s of specs) {
      const params = quantizer.init(x, s);
      const { dx, dp = {} } = quantizer.backward(x, x.map(Math.sign), params, s);
      const y = quantizer.forward(x, params, s);
      expect([y.length, dx.length]).toEqual([x.length, x.length]);
      const numbers = quantizer.numbers(params, s);
      for (const v of [...y, ...dx, ...numbers, ...Object.values(dp)]) expect(v).toSatisfy(Number.isFinite);
      expect(quantizer.decode(quantizer.encode(x, params, s), numbers, s)).toEqual(y);
    }
  });

  test('zero stays zero if a group is empty or all zeros', () => {
    for (const x of [new Float32Array(0), new Float32Array(5)])
      for (const s of specs) {
        const [y] = quantizer.forward(Float32Array.of(0), quantizer.init(x, s), s);
        expect(Math.abs(y)).toBe(0);
      }
  });
});

test('a scheme’s name includes its settings, and it requests only what its quantizer has', () => {
  const blocks = { quantizer: 'dsconv', granularity: 'block:32', scaleBits: 16 } as const;
  expect(schemeName(blocks)).toBe('dsconv/block:32/float16');
  expect(specOf(blocks, 4)).toEqual({ bits: 4, scaleBits: 16 });
  const mixed = { ...blocks, scaleBits: '16-first32' } as const;
  expect(schemeName(mixed)).toBe('dsconv/block:32/float16-first32');
  expect(parseScheme(schemeName(mixed))).toEqual(mixed);
  const channels = { quantizer: 'symmetric', granularity: 'channel', range: 'mse', scaleBits: 16 } as const;
  expect(schemeName(channels)).toBe('symmetric/channel/mse');
  expect(scaleBitsOf(channels)).toBe(32);
  expect(specOf(channels, 4)).toEqual({ bits: 4, scaleBits: 32, range: 'mse' });
});

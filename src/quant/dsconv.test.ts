import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { dsconv } from './dsconv';
import { roundToFloat16 } from './floats';
import type { QuantSpec } from './quantizer';

const w = Float32Array.of(0.31, -0.12, 0.05, -0.44, 0.27, 0.02, -0.19, 0.4);
const codes = (x: Float32Array, spec: QuantSpec) =>
  Array.from(dsconv.encode(x, dsconv.init(x, spec), spec), (code) => code - 2 ** (spec.bits - 1));

// By the formulas of DSConv (arXiv 1901.01928) and its authors' dsconv_quantization.py, in double precision, half to
// even, with the clamp of the newer of its two codes.
describe.each([
  [1, [0, 0, 0, -1, 0, 0, 0, 0], 0.44, 0.0478],
  [2, [1, -1, 0, -2, 1, 0, -1, 1], 0.2411111111, 0.0065986111],
  [3, [3, -1, 0, -4, 2, 0, -2, 3], 0.1146511628, 0.0013462209],
  [4, [6, -2, 1, -8, 5, 0, -3, 7], 0.0552659574, 0.00022333777],
  [8, [90, -35, 15, -128, 79, 6, -55, 116], 0.003439374024, 1.004015e-6],
])('known block at %d bits', (bits, q, scale, error) => {
  const params = dsconv.init(w, { bits });

  test('codes', () => expect(codes(w, { bits })).toEqual(q));

  test('scale and squared error', () => {
    expect(params.scale).toBeCloseTo(scale, 8);
    const y = dsconv.forward(w, params, { bits });
    expect(y).toBeAllClose(q.map((code) => code * scale));
    expect(y.reduce((sum, v, i) => sum + (v - w[i]) ** 2, 0) / w.length).toBeCloseTo(error, 8);
  });

  test('negating the weights keeps the codes and negates the scale', () => {
    const turned = w.map((v) => -v);
    expect(codes(turned, { bits })).toEqual(q);
    expect(dsconv.init(turned, { bits }).scale).toBe(-params.scale);
  });
});

const block = fc
  .array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 1, maxLength: 32 })
  .map((values) => Float32Array.from(values, (v) => (Math.abs(v) < 1e-6 ? 0 : v)));
const bitWidth = fc.integer({ min: 1, max: 8 });

test('the extreme weight has the most negative code', () => {
  law([block, bitWidth], (x, bits) => {
    if (x.every((v) => v === 0)) return;
    const magnitudes = x.map(Math.abs);
    expect(codes(x, { bits })[magnitudes.indexOf(Math.max(...magnitudes))]).toBe(-(2 ** (bits - 1)));
  });
});

test('no other scale is better for these codes', () => {
  law([block, bitWidth], (x, bits) => {
    const { scale } = dsconv.init(x, { bits });
    const q = codes(x, { bits });
    const error = (s: number) => q.reduce((sum, code, i) => sum + (s * code - x[i]) ** 2, 0);
    for (const factor of [0.99, 0.999, 1.001, 1.01])
      expect(error(scale)).toBeLessThanOrEqual(error(scale * factor) + 1e-12);
  });
});

test('quantizing quantized weights again changes nothing', () => {
  law([block, bitWidth], (x, bits) => {
    const y = dsconv.forward(x, dsconv.init(x, { bits }), { bits });
    expect(dsconv.forward(y, dsconv.init(y, { bits }), { bits })).toBeAllClose(y, { atol: 0, rtol: 3e-7 });
  });
});

test('16-bit scales are finite half-precision numbers', () => {
  law([block, bitWidth], (x, bits) => {
    const spec = { bits, scaleBits: 16 } as const;
    const { scale, inverse } = dsconv.init(x, spec);
    const full = dsconv.init(x, { bits });
    expect(scale).toBe(roundToFloat16(full.scale));
    expect(inverse).toBe(full.inverse);
  });
  expect(dsconv.init(Float32Array.of(1e30, -1), { bits: 2, scaleBits: 16 }).scale).toBe(-65504);
});

test('the gradient passes unclipped', () => {
  const dy = w.map((_, i) => i - 3);
  expect(dsconv.backward(w, dy, dsconv.init(w, { bits: 2 }), { bits: 2 }).dx).toEqual(dy);
});

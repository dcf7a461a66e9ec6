// Known numbers of the activation quantizers, and laws that all of them obey.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { activationQuantizerOf, activationQuantizers } from './activationRegistry';
import { bfp } from './bfp';
import { pact } from './pact';
import type { ActivationQuantizerId } from './quantizer';
import { quantizers } from './registry';

describe('PACT', () => {
  // NumPy with rint: round(clip(x, 0, a) (2^k - 1) / a) a / (2^k - 1), a = 1.
  const v = Float32Array.of(-1.3, -0.62, -0.21, -0.04, 0, 0.13, 0.37, 0.58, 0.91, 1.7);
  const dy = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.9, -1);
  test.each([
    [2, [0, 0, 0, 0, 0, 0, 1 / 3, 2 / 3, 1, 1]],
    [4, [0, 0, 0, 0, 0, 0.133333, 0.4, 0.6, 0.933333, 1]],
  ])('%d bits', (bits, expected) => {
    expect(pact.forward(v, { clip: 1 }, { bits })).toBeAllClose(expected);
    const { dx, dp } = pact.backward(v, dy, { clip: 1 }, { bits });
    expect(dx).toEqual(dy.map((g, i) => (i >= 5 && i <= 8 ? g : 0)));
    expect(dp?.clip).toBe(-1);
  });

  test('its gradients are finite differences of clip(x, 0, a)', () => {
    const rng = createRng(3);
    const x = Float32Array.from({ length: 60 }, () => rng.normal() * 2);
    const up = x.map(() => rng.normal());
    const clip = 1.3;
    const { dx, dp } = pact.backward(x, up, { clip }, { bits: 4 });
    const surrogate = (w: number, a: number) => Math.max(0, Math.min(a, w));
    const h = 1e-4;
    let sum = 0;
    x.forEach((w, i) => {
      expect((up[i] * (surrogate(w + h, clip) - surrogate(w - h, clip))) / (2 * h)).toBeCloseTo(dx[i], 5);
      sum += (up[i] * (surrogate(w, clip + h) - surrogate(w, clip - h))) / (2 * h);
    });
    expect(dp?.clip).toBeCloseTo(sum, 5);
  });
});

describe('block floating point', () => {
  const x = Float32Array.of(0, 0.3, 1.7, 2.9, 0.05, 1.1, 3.96, 0.8);

  // By the formula of DSConv's authors' code (step 2^(E - m + 1), clamped), half to even.
  test.each([
    [1, [0, 0, 2, 2, 0, 2, 2, 0]],
    [2, [0, 0, 2, 3, 0, 1, 3, 1]],
    [3, [0, 0.5, 1.5, 3, 0, 1, 3.5, 1]],
    [4, [0, 0.25, 1.75, 3, 0, 1, 3.75, 0.75]],
  ])('%d mantissa bits', (bits, expected) => {
    const params = bfp.init(x, { bits });
    expect(params).toEqual({ exponent: 1 });
    expect([...bfp.forward(x, params, { bits })]).toEqual(expected);
    expect(
      [
        ...bfp.forward(
          x.map((v) => -v),
          params,
          { bits },
        ),
      ].map((y) => 0 - y),
    ).toEqual(expected);
  });

  test('exponents have 7 bits: zeros get -64, huge numbers saturate', () => {
    expect(bfp.init(new Float32Array(4), { bits: 4 }).exponent).toBe(-64);
    expect(bfp.init(Float32Array.of(1e-30), { bits: 4 }).exponent).toBe(-64);
    expect(bfp.init(Float32Array.of(1e38), { bits: 4 }).exponent).toBe(63);
    expect(bfp.forward(Float32Array.of(1e38, -1e38), { exponent: 63 }, { bits: 2 })).toEqual(
      Float32Array.of(3 * 2 ** 62, -3 * 2 ** 62),
    );
  });

  test('errors are at most half a step, or one step above the largest mantissa', () => {
    law(
      [fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1 }), fc.integer({ min: 1, max: 8 })],
      (values, bits) => {
        const block = Float32Array.from(values);
        const { exponent } = bfp.init(block, { bits });
        const step = 2 ** (exponent - bits + 1);
        bfp.forward(block, { exponent }, { bits }).forEach((y, i) => {
          expect(Math.abs(y - block[i])).toBeLessThanOrEqual(
            Math.abs(block[i]) > (2 ** bits - 1) * step ? step : step / 2,
          );
        });
      },
    );
  });
});

describe.each(Object.keys(activationQuantizers) as ActivationQuantizerId[])('%s', (id) => {
  const quantizer = activationQuantizerOf(id);
  const [min, max] = quantizer.bits;
  const group = fc
    .array(fc.float({ noNaN: true, min: -1000, max: 1000 }))
    .map((values) => Float32Array.from(values, (v) => (Math.abs(v) < 1e-30 ? 0 : v))); // normal (not subnormal) steps

  test('is idempotent, keeps zero at zero, and keeps signs', () => {
    law([group, fc.integer({ min, max })], (x, bits) => {
      const params = quantizer.init(x, { bits });
      const y = quantizer.forward(x, params, { bits });
      expect(quantizer.forward(y, params, { bits })).toEqual(y);
      expect(Math.abs(quantizer.forward(Float32Array.of(0), params, { bits })[0])).toBe(0);
      for (let i = 0; i < x.length; i++) expect(x[i] * y[i]).toBeGreaterThanOrEqual(0);
    });
  });

  test.each([[[]], [[0, 0]], [[-3, -1]], [[1e-45, 3e-42]], [[1e38, -1e38]], [[3.4028234663852886e38]]])(
    'stays finite for %j',
    (values) => {
      const x = Float32Array.from(values);
      for (let bits = min; bits <= max; bits++) {
        const params = quantizer.init(x, { bits });
        const y = quantizer.forward(x, params, { bits });
        const { dx, dp = {} } = quantizer.backward(x, x.map(Math.sign), params, { bits });
        expect([...y, ...dx, ...Object.values(dp)].every(Number.isFinite)).toBe(true);
        expect(y).toHaveLength(x.length);
      }
    },
  );
});

test('every weight quantizer names an existing activation quantizer', () => {
  for (const { activations } of Object.values(quantizers)) expect(activationQuantizers).toHaveProperty(activations);
  expect([quantizers.dsconv.activations, quantizers.dorefa.activations, quantizers.lsq.activations]).toEqual([
    'bfp',
    'pact',
    'lsq',
  ]);
});

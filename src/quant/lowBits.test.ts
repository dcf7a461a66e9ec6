// Known numbers and gradients of the binary, ternary and DoReFa quantizers. NumPy with rint, by the formulas of the
// papers; v and dy are those of the other quantizers' tests.
import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { binary } from './binary';
import { bwn } from './bwn';
import { dorefa } from './dorefa';
import { checkSpec } from './granularity';
import { type QuantizerId, quantizerOf } from './registry';
import { ttq } from './ttq';
import { twn } from './twn';

const v = Float32Array.of(-1.3, -0.62, -0.21, -0.04, 0, 0.13, 0.37, 0.58, 0.91, 1.7);
const dy = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.9, -1);
const normals = (seed: number, size: number) => {
  const rng = createRng(seed);
  return Float32Array.from({ length: size }, () => rng.normal());
};
/** Slope of `f` at `x`, by central differences. */
const slope = (f: (x: number) => number, x: number, h = 1e-4) => (f(x + h) - f(x - h)) / (2 * h);

describe('one bit', () => {
  const signs = [-1, -1, -1, -1, 1, 1, 1, 1, 1, 1];

  test.each([binary, bwn, dorefa] as const)(
    '$label: plus or minus the mean magnitude 0.586, zero is plus',
    (quantizer) => {
      const { values } = one(quantizer.id as QuantizerId);
      expect(values).toBeAllClose(signs.map((s) => s * 0.586));
    },
  );

  function one(id: QuantizerId) {
    const quantizer = quantizerOf(id);
    const params = quantizer.init(v, { bits: 1 });
    return { values: quantizer.forward(v, params, { bits: 1 }) };
  }

  test('the mean magnitude has the least error', () => {
    const { scale } = bwn.init(v, { bits: 1 });
    const error = (s: number) => v.reduce((sum, x, i) => sum + (x - s * signs[i]) ** 2, 0);
    for (const factor of [0.99, 1.01]) expect(error(scale)).toBeLessThan(error(scale * factor));
  });

  // XNOR-Net: dL/dw = dL/dw_q (1/n + alpha 1[|w| <= 1]).
  test('BWN’s gradient', () => {
    expect(bwn.backward(v, dy, { scale: 0.586 }, { bits: 1 }).dx).toBeAllClose(
      dy.map((g, i) => g * (0.1 + (i === 0 || i === 9 ? 0 : 0.586))),
    );
  });

  test('BinaryConnect’s gradients are finite differences of s clip(x, -1, 1), and of s sign(x) for the scale', () => {
    const x = normals(2, 50);
    const up = normals(3, 50);
    const scale = 0.7;
    const { dx, dp } = binary.backward(x, up, { scale }, { bits: 1 });
    const clip = (w: number) => Math.max(-1, Math.min(1, w));
    x.forEach((w, i) => {
      expect(up[i] * slope((u) => scale * clip(u), w)).toBeCloseTo(dx[i], 5);
    });
    const loss = (s: number) => x.reduce((sum, w, i) => sum + up[i] * s * (w >= 0 ? 1 : -1), 0);
    expect(dp?.scale).toBeCloseTo(slope(loss, scale), 5);
    expect(binary.backward(v, dy, { scale: 1 }, { bits: 1 }).dp?.scale).toBeCloseTo(-0.5, 6); // -0.6 below zero, 0.1 above
  });
});

describe('DoReFa', () => {
  test.each([
    [2, [-1, -1 / 3, -1 / 3, -1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1, 1]],
    [3, [-1, -5 / 7, -1 / 7, -1 / 7, 1 / 7, 1 / 7, 3 / 7, 3 / 7, 5 / 7, 1]],
    // Zero lies halfway between two levels at every width; half to even rounds it up.
    [4, [-0.866667, -0.6, -0.2, -0.066667, 0.066667, 0.2, 0.333333, 0.6, 0.733333, 1]],
  ])('%d bits', (bits, expected) => {
    expect(dorefa.forward(v, dorefa.init(v, { bits }), { bits })).toBeAllClose(expected);
  });

  test('its gradient is the slope of tanh(x) / peak, with the peak held constant', () => {
    const x = normals(4, 50);
    const params = dorefa.init(x, { bits: 3 });
    const { dx } = dorefa.backward(
      x,
      x.map(() => 1),
      params,
      { bits: 3 },
    );
    x.forEach((w, i) => {
      expect(slope((u) => Math.tanh(u) / params.peak, w)).toBeCloseTo(dx[i], 4);
    });
    expect(dorefa.backward(x, dy.slice(0, 1), dorefa.init(x, { bits: 1 }), { bits: 1 }).dx).toEqual(dy.slice(0, 1));
  });
});

describe('ternary', () => {
  test('TWN: threshold 0.4102, scale 1.022', () => {
    const params = twn.init(v, { bits: 2 });
    expect(params.threshold).toBeCloseTo(0.4102, 6);
    expect(params.scale).toBeCloseTo(1.022, 6);
    expect(twn.forward(v, params, { bits: 2 })).toBeAllClose(
      [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1].map((side) => side * 1.022),
    );
    expect([...twn.encode(v, params, { bits: 2 })]).toEqual([0, 0, 1, 1, 1, 1, 1, 2, 2, 2]);
    expect(twn.backward(v, dy, params, { bits: 2 }).dx).toEqual(dy);
  });

  test('TTQ with t = 0.05, p = 1.2, n = 0.8', () => {
    const { threshold } = ttq.init(v, { bits: 2 });
    expect(threshold).toBeCloseTo(0.085, 6);
    const params = { threshold, positive: 1.2, negative: 0.8 };
    expect(ttq.forward(v, params, { bits: 2 })).toBeAllClose([-0.8, -0.8, -0.8, 0, 0, 1.2, 1.2, 1.2, 1.2, 1.2]);
    const { dx, dp } = ttq.backward(v, dy, params, { bits: 2 });
    expect(dx).toBeAllClose([0.08, -0.16, 0.24, 0.4, -0.5, 0.72, -0.84, 0.96, 1.08, -1.2]);
    expect(dp?.positive).toBeCloseTo(0.6, 6);
    // With the sign of the level -n; the sum over the negatives is +0.2.
    expect(dp?.negative).toBeCloseTo(-0.2, 6);
  });

  test('TTQ’s scales: finite differences of the loss', () => {
    const x = normals(5, 50);
    const up = normals(6, 50);
    const params = { threshold: 0.3, positive: 0.9, negative: 1.1 };
    const { dp } = ttq.backward(x, up, params, { bits: 2 });
    const loss = (positive: number, negative: number) =>
      ttq.forward(x, { ...params, positive, negative }, { bits: 2 }).reduce((sum, y, i) => sum + up[i] * y, 0);
    expect(dp?.positive).toBeCloseTo(
      slope((p) => loss(p, 1.1), 0.9, 0.01),
      3,
    );
    expect(dp?.negative).toBeCloseTo(
      slope((n) => loss(0.9, n), 1.1, 0.01),
      3,
    );
  });

  test('each side may be empty', () => {
    const params = ttq.init(Float32Array.of(1, 2), { bits: 2 });
    expect(params).toMatchObject({ positive: 1.5, negative: 0 });
  });
});

test.each([
  ['twn', 3, 'TWN has no 3-bit weights; choose 2 bits, or float.'],
  ['ttq', 1, 'TTQ has no 1-bit weights; choose 2 bits, or float.'],
  ['bwn', 2, 'BWN has no 2-bit weights; choose 1 bit, or float.'],
  ['binary', 8, 'BinaryConnect has no 8-bit weights; choose 1 bit, or float.'],
  ['lsq', 1, 'LSQ has no 1-bit weights; choose 2 to 8 bits, or float.'],
] as const)('%s rejects %d bits', (id, bits, message) => {
  expect(() => checkSpec(quantizerOf(id), 'channel', bits)).toThrow(message);
});

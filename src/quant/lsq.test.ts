import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { limpqClamp, lsq, lsqActivations, lsqCodes, meanStep, statisticsStep, stepGradientScale } from './lsq';

// NumPy with rint, by the formulas of LSQ (arXiv 1902.08153) and LIMPQ's initial step (its lsq.py).
const v = Float32Array.of(-1.3, -0.62, -0.21, -0.04, 0, 0.13, 0.37, 0.58, 0.91, 1.7);
const dy = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.9, -1);

describe.each([
  [2, 1.172, [-1, -1, 0, 0, 0, 0, 0, 0, 1, 1], -0.867747, 0.316228, -0.274406, 1.310642],
  [3, 0.676655, [-2, -1, 0, 0, 0, 0, 1, 1, 1, 3], -0.990622, 0.182574, -0.180862, 0.655321],
  [4, 0.442974, [-3, -1, 0, 0, 0, 0, 1, 1, 2, 4], -0.65815, 0.119523, -0.078664, 0.32766],
  [8, 0.103998, [-13, -6, -2, 0, 0, 1, 4, 6, 9, 16], 0.567422, 0.028061, 0.015922, 0.020479],
])('signed, %d bits', (bits, step, codes, raw, scale, gradient, statistics) => {
  const params = lsq.init(v, { bits });

  test('initial steps', () => {
    expect(params.step).toBeCloseTo(step, 6);
    expect(statisticsStep(v, bits)).toBeCloseTo(statistics, 6);
  });

  test('codes and values', () => {
    expect([...lsq.encode(v, params, { bits })]).toEqual(codes.map((code) => code + 2 ** (bits - 1)));
    expect(lsq.forward(v, params, { bits })).toBeAllClose(codes.map((code) => code * params.step));
  });

  test('gradients', () => {
    const { dx, dp } = lsq.backward(v, dy, params, { bits });
    expect(dx).toEqual(dy.map((g, i) => (bits === 2 && i === 9 ? 0 : g)));
    expect(stepGradientScale(v.length, bits, true)).toBeCloseTo(scale, 6);
    expect(dp?.step).toBeCloseTo(gradient, 6);
    expect((dp?.step as number) / scale).toBeCloseTo(raw, 4);
  });
});

test('unsigned activations: codes from 0, negative numbers are clipped', () => {
  const x = Float32Array.of(-1, 0, 0.4, 1.2, 9);
  const [min, max] = lsqCodes(2, false);
  expect([min, max]).toEqual([0, 3]);
  const params = { step: 1 };
  expect(lsqActivations.forward(x, params, { bits: 2 })).toEqual(Float32Array.of(0, 0, 0, 1, 3));
  const { dx, dp } = lsqActivations.backward(x, Float32Array.of(1, 1, 1, 1, 1), params, { bits: 2 });
  // The paper's mask is 0 < x / s < Qp, which excludes zero itself; its step gradient there is -Qn = 0.
  expect(dx).toEqual(Float32Array.of(0, 0, 1, 1, 0));
  expect(dp?.step).toBeCloseTo((0 - 0.4 + (1 - 1.2) + 3) / Math.sqrt(5 * 3), 6);
  expect(meanStep(x, 2, false)).toBeCloseTo((2 * 11.6) / 5 / Math.sqrt(3), 5);
});

// The surrogate: x inside the range (rounding is the identity), s times a code outside. For the step, with rounded
// codes held constant: s * (round(r) - r) + x inside.
test('gradients are finite differences of the surrogate', () => {
  const rng = createRng(5);
  for (const quantizer of [lsq, lsqActivations])
    for (const bits of [2, 3, 4]) {
      const [minCode, maxCode] = lsqCodes(bits, quantizer === lsq);
      const x = Float32Array.from({ length: 64 }, () => rng.normal() * maxCode);
      const up = x.map(() => rng.normal());
      const s = 0.75;
      const { dx, dp } = quantizer.backward(x, up, { step: s }, { bits });
      const held = x.map((w) => Math.min(maxCode, Math.max(minCode, w / s)));
      const fraction = held.map((r) => Math.round(r) - r);
      const surrogate = (w: number, i: number, step: number) =>
        step * (Math.min(maxCode, Math.max(minCode, w / step)) + fraction[i]);
      const h = 1e-4;
      let ds = 0;
      x.forEach((w, i) => {
        const ratio = w / s;
        if (Math.min(Math.abs(ratio - minCode), Math.abs(ratio - maxCode)) < 1e-3) throw new Error('a kink; draw anew');
        expect((up[i] * (surrogate(w + h, i, s) - surrogate(w - h, i, s))) / (2 * h)).toBeCloseTo(dx[i], 5);
        ds += (up[i] * (surrogate(w, i, s + h) - surrogate(w, i, s - h))) / (2 * h);
      });
      expect(dp?.step).toBeCloseTo(ds * stepGradientScale(x.length, bits, quantizer === lsq), 5);
    }
});

test('a step that is not above 0 gives zeros and no gradient', () => {
  for (const step of [0, -0.1]) {
    expect(lsq.forward(v, { step }, { bits: 4 }).every((y) => y === 0)).toBe(true);
    const { dx, dp } = lsq.backward(v, dy, { step }, { bits: 4 });
    expect([...dx, dp?.step].every((g) => g === 0)).toBe(true);
  }
  expect([0, 0.3, 7].map(limpqClamp)).toEqual([1e-5, 0.3, 1]);
});

import { expect, test } from 'vitest';
import { curves, sampleCurve } from './curves';

/** Bits as in the released code: only the value 1 reaches its last width, 7. */
const released = (p: readonly number[], layers: number) =>
  Array.from({ length: layers }, (_, l) => {
    const y = Math.min(1, Math.max(0, curves.linear.value(l / (layers - 1), p)));
    return 1 + Math.floor(6 * y);
  });

// Origin: the released code's formulas, in numpy.
test('linear curves match the released code: bits of three curves, distinct policies of the grid', () => {
  expect(released([0.9, 0.1], 8).join('')).toBe('65543221');
  expect(released([1, 0], 17).join('')).toBe('76655544433222111');
  const axis = Array.from({ length: 30 }, (_, i) => i / 29);
  const distinct = (layers: number) =>
    new Set(axis.flatMap((from) => axis.map((to) => released([from, to], layers).join()))).size;
  expect([8, 10, 13].map(distinct)).toEqual([287, 377, 491]);
});

test('a layer takes the width whose interval holds the curve; a single width stays', () => {
  expect(sampleCurve(curves.linear, [0.9, 0.1], [6, 6, 6, 6, 6, 6, 6, 6])).toEqual([5, 4, 4, 3, 2, 1, 1, 0]);
  expect(sampleCurve(curves.linear, [1, 0], [3, 1, 8, 3])).toEqual([2, 0, 2, 0]);
  expect(sampleCurve(curves.linear, [0.3, 0.7], [4])).toEqual([1]);
});

test('quadratic curves pass through their ends, Chebyshev curves equal their series', () => {
  const { quadratic, chebyshev } = curves;
  expect([0, 0.5, 1].map((t) => quadratic.value(t, [0.2, 0.9, 0.4]))).toBeAllClose([0.2, 0.6, 0.4]);
  expect([0, 0.5, 1].map((t) => chebyshev.value(t, [0.5, 0.5, 0.5, 0.5]))).toBeAllClose([0.5, 0.5, 0.5]);
  // T_k(-1) = (-1)^k, T_2(0) = -1, T_k(1) = 1.
  expect([0, 0.5, 1].map((t) => chebyshev.value(t, [0.6, 0.7, 0.8, 0.9]))).toBeAllClose([0.3, 0.3, 1.5]);
});

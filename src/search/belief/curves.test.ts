import { expect, test } from 'vitest';
import { curves, sampleCurve } from './curves';

/** Bits as in the released code: 1 + floor(6 y). */
const released = (p: readonly number[], layers: number) =>
  sampleCurve(curves.linear, p, Array(layers).fill(7), 'released').map((index) => 1 + index);
const axis = Array.from({ length: 30 }, (_, i) => i / 29);
const grid = axis.flatMap((from) => axis.map((to) => [from, to] as const));

// Origin: the released code's formulas, in numpy and in fractions.
test('the released map gives the bits of the released code: curves, distinct policies of the grid, mean bits', () => {
  expect(released([0.9, 0.1], 8).join('')).toBe('65543221');
  expect(released([1, 0], 17).join('')).toBe('76655544433222111');
  expect(released([0.5, 0.5], 17)).toEqual(Array(17).fill(4));
  expect(released([1, 1], 17)).toEqual(Array(17).fill(7));
  const distinct = (layers: number) => new Set(grid.map((point) => released(point, layers).join())).size;
  // Equal to exact arithmetic; the grid of numpy's linspace is rounded otherwise, which gives 586 and 604 for 16 and 17.
  expect([8, 10, 16, 17, 20].map(distinct)).toEqual([287, 377, 587, 601, 653]);
  const all = grid.flatMap((point) => released(point, 17));
  expect(all.reduce((sum, bits) => sum + bits, 0) / all.length).toBeCloseTo(3.51, 2);
  expect(all.filter((bits) => bits === 7).length / all.length).toBeCloseTo(0.005, 3);
  // Equal intervals agree with it in few policies.
  const even = ([from, to]: readonly [number, number]) =>
    sampleCurve(curves.linear, [from, to], Array(17).fill(7)).map((index) => 1 + index);
  expect(grid.filter((point) => even(point).join() === released(point, 17).join())).toHaveLength(56);
});

test('a layer takes the width whose interval holds the curve; a single width stays', () => {
  expect(sampleCurve(curves.linear, [0.9, 0.1], [6, 6, 6, 6, 6, 6, 6, 6])).toEqual([5, 4, 4, 3, 2, 1, 1, 0]);
  expect(sampleCurve(curves.linear, [1, 0], [3, 1, 8, 3])).toEqual([2, 0, 2, 0]);
  expect(sampleCurve(curves.linear, [0.3, 0.7], [4])).toEqual([1]);
});

test('quadratic and cubic curves pass through their ends, Chebyshev curves equal their series', () => {
  const { quadratic, cubic, chebyshev } = curves;
  expect([0, 0.5, 1].map((t) => cubic.value(t, [0.2, 0.9, 0.1, 0.4]))).toBeAllClose([0.2, 0.45, 0.4]);
  // A straight line, by its control points.
  expect([0, 0.3, 1].map((t) => cubic.value(t, [0, 1 / 3, 2 / 3, 1]))).toBeAllClose([0, 0.3, 1]);
  expect([0, 0.5, 1].map((t) => quadratic.value(t, [0.2, 0.9, 0.4]))).toBeAllClose([0.2, 0.6, 0.4]);
  expect([0, 0.5, 1].map((t) => chebyshev.value(t, [0.5, 0.5, 0.5, 0.5]))).toBeAllClose([0.5, 0.5, 0.5]);
  // T_k(-1) = (-1)^k, T_2(0) = -1, T_k(1) = 1.
  expect([0, 0.5, 1].map((t) => chebyshev.value(t, [0.6, 0.7, 0.8, 0.9]))).toBeAllClose([0.3, 0.3, 1.5]);
});

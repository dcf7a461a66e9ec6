import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from './law.testing';
import { minimize } from './lbfgs';
import { createRng } from './rng';

describe('minimize', () => {
  test("finds the minimum of Rosenbrock's valley, (1, 1)", () => {
    const { point, converged } = minimize(
      ([x, y]) => ({
        value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
      }),
      [-1.2, 1],
      { tolerance: 1e-8 },
    );
    expect(converged).toBe(true);
    expect(point).toBeAllClose([1, 1], { rtol: 0, atol: 1e-7 });
  });

  test('finds the minimum of quadratics with widely different curvatures', () => {
    law([fc.integer({ min: 1, max: 12 }), fc.nat()], (size, seed) => {
      const rng = createRng(seed);
      const center = Array.from({ length: size }, () => rng.normal());
      const curvature = center.map(() => 10 ** (4 * rng.uniform() - 2));
      const { point } = minimize(
        (x) => ({
          value: x.reduce((sum, v, i) => sum + (curvature[i] * (v - center[i]) ** 2) / 2, 0),
          gradient: x.map((v, i) => curvature[i] * (v - center[i])),
        }),
        center.map(() => 0),
        { tolerance: 1e-8, iterations: 500 },
      );
      expect(point).toBeAllClose(center, { rtol: 0, atol: 1e-5 });
    });
  });

  test('steps back from points outside the domain', () => {
    // x - ln x is NaN below 0 and has its minimum at 1.
    const { point } = minimize(([x]) => ({ value: x - Math.log(x), gradient: [1 - 1 / x] }), [10]);
    expect(point[0]).toBeCloseTo(1, 5);
  });

  test('refuses a start outside the domain, and reports when it runs out of iterations', () => {
    expect(() => minimize(() => ({ value: Number.NaN, gradient: [0] }), [0])).toThrow('start is NaN');
    expect(minimize(([x]) => ({ value: x ** 4, gradient: [4 * x ** 3] }), [1.3], { iterations: 2 }).converged).toBe(
      false,
    );
  });
});

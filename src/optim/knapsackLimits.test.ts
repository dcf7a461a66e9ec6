import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../math/rng';
import { budgetFront } from './knapsack';
import { type LimitedChoice, solveWithinLimits } from './knapsackLimits';

// Penalties are multiples of 1/8, so that sums are exact in any order and ties occur.
const randomLayers = (rng: Rng, limits: number): LimitedChoice[][] =>
  Array.from({ length: 1 + rng.integer(5) }, () =>
    Array.from({ length: 1 + rng.integer(5) }, () => ({
      costs: Array.from({ length: limits }, () => rng.integer(30)),
      penalty: rng.integer(60) / 8 - 1,
    })),
  );

const everyPolicy = (layers: readonly (readonly LimitedChoice[])[], limits: number): LimitedChoice[] =>
  layers.reduce<LimitedChoice[]>(
    (sums, choices) =>
      sums.flatMap((sum) =>
        choices.map((c) => ({ costs: sum.costs.map((v, k) => v + c.costs[k]), penalty: sum.penalty + c.penalty })),
      ),
    [{ costs: new Array<number>(limits).fill(0), penalty: 0 }],
  );

describe('the best policy within limits', () => {
  it.each([1, 2, 3])('equals the best of all policies under %i limits, on 500 random problems', (count) => {
    const rng = createRng(count);
    let infeasible = 0;
    for (let i = 0; i < 500; i++) {
      const layers = randomLayers(rng, count);
      const all = everyPolicy(layers, count);
      // Limits at the exact cost of some policy, or sometimes below all.
      const limits = Array.from({ length: count }, (_, k) => all[rng.integer(all.length)].costs[k] - rng.integer(3));
      const within = all.filter(({ costs }) => costs.every((cost, k) => cost <= limits[k]));
      if (within.length === 0) {
        infeasible++;
        expect(() => solveWithinLimits(layers, limits)).toThrow('No config costs at most');
        continue;
      }
      const solution = solveWithinLimits(layers, limits);
      const least = Math.min(...within.map(({ penalty }) => penalty));
      expect(solution).toMatchObject({ penalty: least, bound: least, optimal: true });
      expect(solution.choices.reduce((sum, c, l) => sum + layers[l][c].penalty, 0)).toBe(least);
      expect(solution.costs).toEqual(
        limits.map((_, k) => solution.choices.reduce((s, c, l) => s + layers[l][c].costs[k], 0)),
      );
      expect(solution.costs.every((cost, k) => cost <= limits[k])).toBe(true);
    }
    expect(infeasible).toBeGreaterThan(10);
  });

  it('equals dynamic programming on 40 layers under one limit', () => {
    const rng = createRng(4);
    for (let i = 0; i < 20; i++) {
      const layers = Array.from({ length: 40 }, () => {
        const [size, harm] = [1 + rng.integer(100), Math.exp(rng.normal())];
        return [2, 3, 4, 5, 6, 8].map((bits) => ({
          cost: size * bits,
          penalty: harm * 4 ** -bits * (1 + rng.uniform()),
        }));
      });
      const front = budgetFront(layers);
      const limit = front.costs[0] + rng.integer(front.costs[front.costs.length - 1] - front.costs[0]);
      const limited = layers.map((choices) => choices.map(({ cost, penalty }) => ({ costs: [cost], penalty })));
      const solution = solveWithinLimits(limited, [limit]);
      expect(solution.optimal).toBe(true);
      expect(solution.penalty).toBeCloseTo(front.best(limit).penalty, 12);
    }
  });

  it('has a valid bound when the search stops early', () => {
    const rng = createRng(5);
    let stopped = 0;
    for (let i = 0; i < 30; i++) {
      const layers = Array.from({ length: 8 }, () => {
        const [size, work, harm] = [1 + rng.integer(100), 1 + rng.integer(100), Math.exp(rng.normal())];
        return [2, 3, 4, 6, 8].flatMap((w) =>
          [2, 4, 8].map((a) => ({ costs: [size * w, work * w * a], penalty: harm * (4 ** -w + 4 ** -a / 2) })),
        );
      });
      const limits = [0, 1].map((k) => Math.round(1.5 * layers.reduce((sum, [{ costs }]) => sum + costs[k], 0)));
      const exact = solveWithinLimits(layers, limits);
      const early = solveWithinLimits(layers, limits, 1);
      expect(exact.optimal).toBe(true);
      expect(early.bound).toBeLessThanOrEqual(exact.penalty * (1 + 1e-9));
      expect(early.penalty).toBeGreaterThanOrEqual(exact.penalty * (1 - 1e-9));
      expect(early.optimal).toBe(early.bound === early.penalty);
      if (!early.optimal) stopped++;
    }
    expect(stopped).toBeGreaterThan(0);
  });

  it('needs no limit', () => {
    const layers = [[2, 1, 3].map((penalty) => ({ costs: [penalty], penalty }))];
    expect(solveWithinLimits(layers, [Number.POSITIVE_INFINITY])).toMatchObject({ choices: [1], penalty: 1 });
    expect(solveWithinLimits([[{ costs: [], penalty: 1 }]], [])).toMatchObject({ choices: [0], costs: [] });
  });

  it('reports the reachable costs and limits that exclude each other', () => {
    const layers = [
      [
        { costs: [1, 9], penalty: 0 },
        { costs: [9, 1], penalty: 0 },
      ],
    ];
    expect(() => solveWithinLimits(layers, [0, 9])).toThrow(
      'No config costs at most 0 (reachable: 1 to 9) and 9 (reachable: 1 to 9). Raise the limit or allow fewer bits.',
    );
    expect(() => solveWithinLimits(layers, [5, 5])).toThrow('Each limit can be kept alone, but not all together');
    expect(() => solveWithinLimits(layers, [5])).toThrow('Choice 0 of layer 0 has 2 costs for 1 limits');
    expect(() => solveWithinLimits(layers, [5, Number.NaN])).toThrow('none may be NaN');
  });
});

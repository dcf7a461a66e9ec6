// Compares the exact solvers with HiGHS on many problems, and times both.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layerCosts } from '../graph/cost';
import { resnet20 } from '../zoo/resnet';
import { single, solveByHighs, testAgainstHighs } from './highs.testing';
import { budgetFront } from './knapsack';
import type { CostTable } from './surrogate';

testAgainstHighs(25, [11, 12]);

describe('ResNet-20 at 8 widths', () => {
  // The shipped sensitivity table, in millionths of a nat.
  const { sensitivity } = JSON.parse(
    readFileSync(new URL('../../public/precomputed/resnet20-emoji10.json', import.meta.url), 'utf8'),
  ) as { sensitivity: CostTable };
  const layers = layerCosts(resnet20.build([32, 32, 3], 10)).map(({ id, weights }) =>
    sensitivity.entries
      .filter((entry) => entry.layer === id && entry.tensor === 'weights')
      .map(({ bits, lossIncrease }) => ({ costs: [weights * bits], penalty: Math.round(1e6 * lossIncrease) })),
  );
  const floatBits = layers.reduce((sum, choices) => sum + 4 * Math.max(...choices.map(({ costs }) => costs[0])), 0);

  it('computes the whole front in less than 20 ms, 20 times faster than HiGHS solves one budget', () => {
    expect(layers.map(({ length }) => length)).toEqual(new Array(20).fill(8));
    const fastest = <T>(times: number, run: () => { ms: number; result: T }) =>
      Array.from({ length: times }, run).reduce((a, b) => (b.ms < a.ms ? b : a));
    const timed = <T>(run: () => T) => {
      const began = performance.now();
      const result = run();
      return { result, ms: performance.now() - began };
    };
    const ours = fastest(5, () => timed(() => budgetFront(single(layers))));
    const ratios = [8, 10, 12, 14, 16, 20, 24];
    const theirs = ratios.map((compression) => {
      const budget = Math.floor(floatBits / compression);
      const { ms, result } = fastest(3, () => {
        const { penalty, ms } = solveByHighs(layers, [budget]);
        return { result: penalty, ms };
      });
      expect(ours.result.best(budget).penalty).toBe(result);
      return ms;
    });
    const mean = theirs.reduce((sum, ms) => sum + ms, 0) / theirs.length;
    console.info(
      `all ${ours.result.costs.length} budgets in ${ours.ms.toFixed(1)} ms; ` +
        `HiGHS, one budget of ${ratios.join('x, ')}x: ${theirs.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
    expect(ours.ms).toBeLessThan(20);
    expect(mean / ours.ms).toBeGreaterThan(20);
  });
});

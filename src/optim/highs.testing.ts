// The exact solvers against HiGHS, a general solver of integer programs (highs.dev, MIT license), on problems far beyond
// trying all policies. Two tests share this: a short one, and one that `npm run test:long` runs, which times both, too.
import loadHighs from 'highs';
import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../math/rng';
import { budgetFront } from './knapsack';
import { type LimitedChoice, solveWithinLimits } from './knapsackLimits';

const highs = await loadHighs();

const terms = (layers: readonly (readonly LimitedChoice[])[], of: (choice: LimitedChoice) => number) =>
  layers
    .flatMap((choices, l) => choices.map((choice, c) => `${of(choice) < 0 ? '' : '+'}${of(choice)} x${l}_${c}`))
    .join('\n');

/**
 * Least penalty within the limits, without a gap, and milliseconds of the solver alone: the program is read before. Its
 * tolerances are absolute, so penalties are integers; sums are then exact in any order.
 */
export function solveByHighs(layers: readonly (readonly LimitedChoice[])[], limits: readonly number[]) {
  const names = layers.map((choices, l) => choices.map((_, c) => `x${l}_${c}`));
  const program = [
    `Minimize\n${terms(layers, ({ penalty }) => penalty)}\nSubject To`,
    ...names.map((row) => `${row.join('+')} = 1`),
    ...limits.map((limit, k) => `${terms(layers, ({ costs }) => costs[k])} <= ${limit}`),
    `Binary\n${names.flat().join('\n')}\nEnd\n`,
  ].join('\n');
  return highs.withModel({ format: 'lp', data: program }, (model) => {
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0 });
    const began = performance.now();
    model.run();
    const ms = performance.now() - began;
    const picked = model.getSolution().colValue;
    const at = (l: number, c: number) => picked[model.getColByName(names[l][c])] > 0.5;
    const policy = layers.map((choices, l) => choices.filter((_, c) => at(l, c))[0]);
    for (const [k, limit] of limits.entries())
      expect(policy.reduce((sum, { costs }) => sum + costs[k], 0)).toBeLessThanOrEqual(limit);
    return { penalty: policy.reduce((sum, { penalty }) => sum + penalty, 0), ms };
  });
}

/** Layers of one cost. */
export const single = (layers: readonly (readonly LimitedChoice[])[]) =>
  layers.map((choices) => choices.map(({ costs, penalty }) => ({ cost: costs[0], penalty })));

/** Layers of several sizes and widths; harm, in millionths, falls by about 4 with every bit. Costs are bits, and bit operations. */
function randomLayers(rng: Rng): LimitedChoice[][] {
  const widths = [1, 2, 3, 4, 5, 6, 7, 8].slice(0, 5 + rng.integer(4));
  return Array.from({ length: 20 + rng.integer(41) }, () => {
    const [size, work, harm] = [1 + rng.integer(5000), 1 + rng.integer(500), Math.exp(rng.normal())];
    return widths.map((bits) => ({
      costs: [size * bits, work * bits * bits],
      penalty: Math.round(1e6 * harm * 4 ** -bits * Math.exp(rng.normal() / 5)),
    }));
  });
}

/** Limits somewhere between the cheapest and the dearest policy. */
const randomLimits = (rng: Rng, layers: readonly (readonly LimitedChoice[])[], count: number) =>
  Array.from({ length: count }, (_, k) => {
    const [least, most] = [Math.min, Math.max].map((extreme) =>
      layers.reduce((sum, choices) => sum + extreme(...choices.map(({ costs }) => costs[k])), 0),
    );
    return Math.round(least + (0.1 + 0.5 * rng.uniform()) * (most - least));
  });

/** The tests: our solvers find what HiGHS finds, on `problems` problems a seed and as many of two limits. */
export function testAgainstHighs(problems: number, seeds: readonly number[]): void {
  describe('equal to HiGHS', () => {
    it.each(seeds)('on problems of one budget, 20 to 60 layers, seed %i', (seed) => {
      const rng = createRng(seed);
      for (let i = 0; i < problems; i++) {
        const layers = randomLayers(rng).map((choices) => choices.map((c) => ({ ...c, costs: [c.costs[0]] })));
        const [budget] = randomLimits(rng, layers, 1);
        const expected = solveByHighs(layers, [budget]).penalty;
        const found = budgetFront(single(layers), budget).best(budget);
        expect(found.penalty).toBe(expected);
      }
    });

    it('on problems of two limits, 20 to 60 layers', () => {
      const rng = createRng(13);
      for (let i = 0; i < problems; i++) {
        const layers = randomLayers(rng);
        const limits = randomLimits(rng, layers, 2);
        const expected = solveByHighs(layers, limits).penalty;
        const found = solveWithinLimits(layers, limits);
        expect(found.optimal).toBe(true);
        expect(found.penalty).toBe(expected);
      }
    });
  });
}

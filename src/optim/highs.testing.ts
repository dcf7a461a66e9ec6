// Compares the exact solvers with HiGHS, a general integer programming solver (highs.dev, MIT license), on problems far too
// large to enumerate. Shared by two tests: a short one, and one of `npm run test:long` that also times both.
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
 * Minimum penalty within the limits, with zero gap, and the milliseconds of the solver without reading the program. Its
 * tolerances are absolute, so penalties are integers, whose sums are exact in any order.
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

/** The layers with one cost instead of a list. */
export const single = (layers: readonly (readonly LimitedChoice[])[]) =>
  layers.map((choices) => choices.map(({ costs, penalty }) => ({ cost: costs[0], penalty })));

/** Layers of various sizes; penalties, in millionths, fall by about 4x per bit. Costs are bits and bit operations. */
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

/** Limits between the cheapest and the most expensive policy. */
const randomLimits = (rng: Rng, layers: readonly (readonly LimitedChoice[])[], count: number) =>
  Array.from({ length: count }, (_, k) => {
    const [least, most] = [Math.min, Math.max].map((extreme) =>
      layers.reduce((sum, choices) => sum + extreme(...choices.map(({ costs }) => costs[k])), 0),
    );
    return Math.round(least + (0.1 + 0.5 * rng.uniform()) * (most - least));
  });

/** Tests that our solvers agree with HiGHS on `problems` problems per seed, and on as many with two limits. */
export function testAgainstHighs(problems: number, seeds: readonly number[]): void {
  describe('equal to HiGHS', () => {
    it.each(seeds)('on problems with one budget, 20 to 60 layers, seed %i', (seed) => {
      const rng = createRng(seed);
      for (let i = 0; i < problems; i++) {
        const layers = randomLayers(rng).map((choices) => choices.map((c) => ({ ...c, costs: [c.costs[0]] })));
        const [budget] = randomLimits(rng, layers, 1);
        const expected = solveByHighs(layers, [budget]).penalty;
        const solution = budgetFront(single(layers), budget).best(budget);
        expect(solution.penalty).toBe(expected);
      }
    });

    it('on problems with two limits, 20 to 60 layers', () => {
      const rng = createRng(13);
      for (let i = 0; i < problems; i++) {
        const layers = randomLayers(rng);
        const limits = randomLimits(rng, layers, 2);
        const expected = solveByHighs(layers, limits).penalty;
        const solution = solveWithinLimits(layers, limits);
        expect(solution.optimal).toBe(true);
        expect(solution.penalty).toBe(expected);
      }
    });
  });
}

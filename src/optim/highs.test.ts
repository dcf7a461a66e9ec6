// The exact solvers against HiGHS, a general solver of integer programs (highs.dev, MIT license), on problems far beyond
// trying all policies, and on how long both take.
import { readFileSync } from 'node:fs';
import loadHighs from 'highs';
import { describe, expect, it } from 'vitest';
import { layerCosts } from '../graph/cost';
import { createRng, type Rng } from '../math/rng';
import { resnet20 } from '../zoo/resnet';
import { budgetFront } from './knapsack';
import { type LimitedChoice, solveWithinLimits } from './knapsackLimits';
import type { CostTable } from './surrogate';

const highs = await loadHighs();

const terms = (layers: readonly (readonly LimitedChoice[])[], of: (choice: LimitedChoice) => number) =>
  layers
    .flatMap((choices, l) => choices.map((choice, c) => `${of(choice) < 0 ? '' : '+'}${of(choice)} x${l}_${c}`))
    .join('\n');

/**
 * Least penalty within the limits, without a gap, and milliseconds of the solver alone: the program is read before. Its
 * tolerances are absolute, so penalties are integers; sums are then exact in any order.
 */
function solveByHighs(layers: readonly (readonly LimitedChoice[])[], limits: readonly number[]) {
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

const single = (layers: readonly (readonly LimitedChoice[])[]) =>
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

describe('equal to HiGHS', () => {
  it.each([11, 12])('on 25 problems of one budget, 20 to 60 layers, seed %i', (seed) => {
    const rng = createRng(seed);
    for (let i = 0; i < 25; i++) {
      const layers = randomLayers(rng).map((choices) => choices.map((c) => ({ ...c, costs: [c.costs[0]] })));
      const [budget] = randomLimits(rng, layers, 1);
      const expected = solveByHighs(layers, [budget]).penalty;
      const found = budgetFront(single(layers), budget).best(budget);
      expect(found.penalty).toBe(expected);
    }
  });

  it('on 25 problems of two limits, 20 to 60 layers', () => {
    const rng = createRng(13);
    for (let i = 0; i < 25; i++) {
      const layers = randomLayers(rng);
      const limits = randomLimits(rng, layers, 2);
      const expected = solveByHighs(layers, limits).penalty;
      const found = solveWithinLimits(layers, limits);
      expect(found.optimal).toBe(true);
      expect(found.penalty).toBe(expected);
    }
  });
});

describe('ResNet-20 at 8 widths', () => {
  // The measured table that comes with the page, in millionths of a nat.
  const { sensitivity } = JSON.parse(
    readFileSync(new URL('../../public/precomputed/resnet20-emoji10.json', import.meta.url), 'utf8'),
  ) as { sensitivity: CostTable };
  const layers = layerCosts(resnet20.build([32, 32, 3], 10)).map(({ id, weights }) =>
    sensitivity.entries
      .filter((entry) => entry.layer === id && entry.tensor === 'weights')
      .map(({ bits, lossIncrease }) => ({ costs: [weights * bits], penalty: Math.round(1e6 * lossIncrease) })),
  );
  const floatBits = layers.reduce((sum, choices) => sum + 4 * Math.max(...choices.map(({ costs }) => costs[0])), 0);

  it('has its whole front in less than 20 ms, 20 times faster than HiGHS has one budget', () => {
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

import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { layerCosts } from '../graph/cost';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { resnet20 } from '../zoo/resnet';
import { createFeasibleSet, type FeasibleSet, isFeasible, keyOf, unseenFeasible } from './feasible';
import { everyVector, randomSet } from './feasible.testing';
import { askGenetic, type GeneticOptions, type GeneticState, ranked, startGenetic, tellGenetic } from './genetic';
import { budgetFront } from './knapsack';

/** Some function of a vector. */
const scoreOf = (vector: readonly number[]): number => Math.sin(vector.reduce((sum, c, l) => sum + c * (l + 1.7), 0));

function run(
  set: FeasibleSet,
  start: GeneticState,
  score = scoreOf,
  between: (state: GeneticState) => GeneticState = (state) => state,
): GeneticState {
  let state = start;
  for (let [vector] = askGenetic(state); vector; [vector] = askGenetic(state))
    state = between(tellGenetic(set, state, vector, score(vector)));
  return state;
}

const small: fc.Arbitrary<GeneticOptions> = fc
  .record({ population: fc.integer({ min: 1, max: 12 }), generations: fc.integer({ min: 1, max: 6 }) })
  .chain((sizes) =>
    fc.record({
      population: fc.constant(sizes.population),
      generations: fc.constant(sizes.generations),
      mutants: fc.integer({ min: 0, max: sizes.population >> 1 }),
      children: fc.integer({ min: 0, max: sizes.population >> 1 }),
      parents: fc.integer({ min: 1, max: 4 }),
      mutationProbability: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );

describe('proposed vectors', () => {
  test('are feasible and distinct, as many as requested or as there are', () => {
    law([fc.nat(), small], (seed, options) => {
      const set = randomSet(createRng(seed));
      const all = everyVector(set).filter((vector) => isFeasible(set, vector));
      const end = run(set, startGenetic(set, options, seed));
      const requested = (options.population ?? 0) * (options.generations ?? 0);
      expect(end.archive.every(({ vector }) => isFeasible(set, vector))).toBe(true);
      expect(new Set(end.archive.map(({ vector }) => keyOf(vector))).size).toBe(end.archive.length);
      expect(end.archive).toHaveLength(Math.min(requested, all.length));
      if (requested > all.length) expect(end.exhausted).toBe(true);
      if (requested < all.length) expect(end.exhausted).toBe(false);
    });
  });

  test('are the same after a JSON round trip at any point', () => {
    law([fc.nat(), small], (seed, options) => {
      const set = randomSet(createRng(seed));
      const whole = run(set, startGenetic(set, options, seed));
      const json = (state: GeneticState) => JSON.parse(JSON.stringify(state)) as GeneticState;
      expect(run(set, json(startGenetic(set, options, seed)), scoreOf, json)).toEqual(whole);
    });
  });

  test('do not depend on the order in which a generation is measured', () => {
    law([fc.nat(), small], (seed, options) => {
      const set = randomSet(createRng(seed));
      let state = startGenetic(set, options, seed);
      for (let open = askGenetic(state); open.length > 0; open = askGenetic(state)) {
        const last = open[open.length - 1];
        state = tellGenetic(set, state, last, scoreOf(last));
      }
      expect(state).toEqual(run(set, startGenetic(set, options, seed)));
    });
  });

  it('differ by seed, and begin with the given vectors, repaired', () => {
    const widths = [1, 2, 3, 4].map((bits) => [bits]);
    const set = createFeasibleSet(new Array(8).fill(widths), [20]);
    const keys = (seed: number) => askGenetic(startGenetic(set, {}, seed)).map(keyOf);
    expect(keys(1)).toEqual(keys(1));
    expect(keys(1)).not.toEqual(keys(2));
    const low = [1, 1, 1, 1, 1, 1, 1, 1];
    const [first, second, ...others] = askGenetic(startGenetic(set, {}, 3, [low, low, [3, 3, 3, 3, 3, 3, 3, 3]]));
    expect(first).toEqual(low);
    expect(second.reduce((sum, choice) => sum + choice + 1, 0)).toBe(20);
    expect(others).toHaveLength(48);
  });
});

describe('ResNet-20 at 10x', () => {
  const layers = layerCosts(resnet20.build([32, 32, 3], 10));
  const widths = [1, 2, 3, 4, 5, 6, 7, 8];
  const budget = Math.floor(layers.reduce((sum, { weights }) => sum + 3.2 * weights, 0));

  it('is searched better than at random, and close to the exact optimum', () => {
    const rng = createRng(5);
    const choices = layers.map(({ weights }) => {
      const harm = Math.exp(rng.normal());
      return widths.map((bits) => ({ cost: weights * bits, penalty: harm * 4 ** -bits }));
    });
    const set = createFeasibleSet(
      choices.map((row) => row.map(({ cost }) => [cost])),
      [budget],
    );
    const score = (vector: readonly number[]) => -vector.reduce((sum, c, l) => sum + choices[l][c].penalty, 0);
    const exact = budgetFront(choices).best(budget).penalty;
    const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
    const seeds = Array.from({ length: 9 }, (_, i) => i);
    // Excess over the exact optimum after the same number of measurements.
    const excess = (options: GeneticOptions) =>
      median(seeds.map((seed) => -ranked(run(set, startGenetic(set, options, seed), score))[0].score / exact - 1));
    const drawn = (count: number) =>
      median(
        seeds.map((seed) => {
          const stream = createRng(seed);
          const seen = new Set<string>();
          let best = Number.NEGATIVE_INFINITY;
          for (let i = 0; i < count; i++) {
            const vector = unseenFeasible(set, seen, stream) as number[];
            seen.add(keyOf(vector));
            best = Math.max(best, score(vector));
          }
          return -best / exact - 1;
        }),
      );
    const result = {
      small: excess({ population: 20, generations: 10 }),
      drawn200: drawn(200),
      large: excess({}),
      drawn1000: drawn(1000),
    };
    console.info(result);
    expect(result.small).toBeLessThan(result.drawn200 / 2);
    expect(result.large).toBeLessThan(result.drawn1000 / 4);
  });

  it('keeps locked layers as they are', () => {
    const set = createFeasibleSet(
      layers.map(({ weights }, l) => (l % 3 === 0 ? [[8 * weights]] : widths.map((bits) => [bits * weights]))),
      [2 * budget],
    );
    const { archive } = run(set, startGenetic(set, { population: 20, generations: 10 }, 1));
    expect(archive).toHaveLength(200);
    for (const { vector } of archive) expect(vector.every((choice, l) => l % 3 !== 0 || choice === 0)).toBe(true);
  });
});

it('refuses invalid options, vectors and scores', () => {
  const set = createFeasibleSet(
    [
      [[1], [2]],
      [[1], [2]],
    ],
    [4],
  );
  expect(() => startGenetic(set, { population: 0 }, 1)).toThrow('The population of a genetic search');
  expect(() => startGenetic(set, { population: 4, mutants: 3, children: 2 }, 1)).toThrow('more than a population of 4');
  expect(() => startGenetic(set, { mutationProbability: 2 }, 1)).toThrow('must be in [0, 1]');
  const state = startGenetic(set, { population: 2 }, 1);
  const [vector] = askGenetic(state);
  expect(() => tellGenetic(set, state, vector, Number.NaN)).toThrow('give failures the worst score');
  expect(() => tellGenetic(set, tellGenetic(set, state, vector, 1), vector, 1)).toThrow('was not asked for');
});

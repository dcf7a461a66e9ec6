import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { layerCosts } from '../graph/cost';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { resnet20 } from '../zoo/resnet';
import {
  costsOf,
  createFeasibleSet,
  everyFeasible,
  type FeasibleSet,
  isFeasible,
  keyOf,
  randomFeasible,
  repair,
  unseenFeasible,
} from './feasible';
import { everyVector, randomSet } from './feasible.testing';
import { InfeasibleError } from './knapsack';

const sets: [fc.Arbitrary<number>] = [fc.nat()];

describe('a vector', () => {
  test('keeps to all limits when drawn at random, even if saving under one limit costs under another', () => {
    law(
      sets,
      (seed) => {
        const rng = createRng(seed);
        const set = randomSet(rng);
        for (let i = 0; i < 20; i++) {
          const vector = randomFeasible(set, rng);
          expect(vector.every((choice, l) => set.costs[l][choice] !== undefined)).toBe(true);
          expect(costsOf(set, vector).every((cost, k) => cost <= set.limits[k])).toBe(true);
        }
      },
      300,
    );
  });

  test('is not changed by repair if it is feasible', () => {
    law(sets, (seed) => {
      const rng = createRng(seed);
      const set = randomSet(rng);
      for (const vector of everyVector(set).filter((v) => isFeasible(set, v)))
        expect(repair(set, vector, rng)).toEqual(vector);
    });
  });

  it('steps down, and no further than it must', () => {
    // Every layer costs its bits: 10 less than 16 is six steps.
    const widths = [1, 2, 3, 4].map((bits) => [bits]);
    const set = createFeasibleSet([widths, widths, widths, widths], [10]);
    const repaired = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const vector = repair(set, [3, 3, 3, 3], createRng(seed));
      expect(costsOf(set, vector)).toEqual([10]);
      repaired.add(keyOf(vector));
    }
    // Ways to write 10 as an ordered sum of four numbers from 1 to 4: the coefficient of x^10 in (x + ... + x^4)^4.
    expect(repaired.size).toBe(44);
  });

  it('saves only under limits that are broken', () => {
    // Size by weights, operations by weights times activations; only the operations are limited.
    const pairs = [2, 4].flatMap((w) => [2, 4].map((a) => [w, w * a]));
    const set = createFeasibleSet([pairs, pairs], [8, 24]);
    for (let seed = 0; seed < 50; seed++) {
      const [size, operations] = costsOf(set, repair(set, [3, 3], createRng(seed)));
      expect(operations).toBe(24);
      expect(size).toBeGreaterThan(4);
    }
  });

  it('changes as few layers as possible when steps down do not help', () => {
    const choices = [
      [1, 9],
      [9, 1],
    ];
    const set = createFeasibleSet([choices, choices, choices, choices], [20, 20]);
    const repaired = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const vector = repair(set, [0, 0, 0, 1], createRng(seed));
      expect(vector[3]).toBe(1);
      expect(vector.reduce((sum, choice) => sum + choice)).toBe(2);
      repaired.add(keyOf(vector));
    }
    expect(repaired.size).toBe(3);
  });

  it('is refused if it is not a vector of choices', () => {
    const set = createFeasibleSet([[[1], [2]]], [2]);
    expect(() => repair(set, [0, 0], createRng(0))).toThrow('The vector has 2 choices for 1 layers');
    expect(() => repair(set, [2], createRng(0))).toThrow('Layer 0 has no choice 2: it has 2');
  });
});

describe('all feasible vectors', () => {
  test('are listed once each, and an unseen one is found until none is left', () => {
    law(
      sets,
      (seed) => {
        const rng = createRng(seed);
        const set = randomSet(rng);
        const expected = everyVector(set)
          .filter((vector) => isFeasible(set, vector))
          .map(keyOf)
          .sort();
        expect(Array.from(everyFeasible(set, rng), keyOf).sort()).toEqual(expected);
        const seen = new Set<string>();
        for (let vector = unseenFeasible(set, seen, rng); vector; vector = unseenFeasible(set, seen, rng)) {
          expect(isFeasible(set, vector)).toBe(true);
          seen.add(keyOf(vector));
        }
        expect([...seen].sort()).toEqual(expected);
      },
      40,
    );
  });

  it('do not exist if the limits cannot be met', () => {
    expect(() => createFeasibleSet([[[2], [8]], [[3]]], [4])).toThrow(new InfeasibleError([[5, 11]], [4]));
    expect(() => createFeasibleSet([[[2, 2]], []], [4, 4])).toThrow('Layer 1 has no choices');
    expect(createFeasibleSet([], [0])).toMatchObject({ costs: [] });
  });
});

it('random vectors of ResNet-20 at 16x come close to the limit, and differ', () => {
  const layers = layerCosts(resnet20.build([32, 32, 3], 10));
  const total = layers.reduce((sum, { weights }) => sum + weights, 0);
  const set: FeasibleSet = createFeasibleSet(
    layers.map(({ weights }) => [1, 2, 3, 4, 5, 6, 7, 8].map((bits) => [weights * bits])),
    [2 * total],
  );
  const rng = createRng(1);
  const drawn = Array.from({ length: 200 }, () => randomFeasible(set, rng));
  expect(new Set(drawn.map(keyOf)).size).toBe(200);
  const used = drawn.map((vector) => costsOf(set, vector)[0] / (2 * total)).sort((a, b) => a - b);
  expect(used[100]).toBeGreaterThan(0.9);
  expect(used[199]).toBeLessThanOrEqual(1);
});

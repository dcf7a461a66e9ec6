// Small sets of feasible vectors for tests.
import type { Rng } from '../math/rng';
import { createFeasibleSet, type FeasibleSet } from './feasible';
import { type Groups, spread, ungrouped } from './groups';

/**
 * Up to 5 layers of up to 4 choices under 1 to 3 limits. Costs rise together, as with bit widths, or are independent; in a third
 * of the sets, layers with as many choices share them.
 */
export function randomSet(rng: Rng): FeasibleSet {
  const limits = 1 + rng.integer(3);
  const rising = rng.uniform() < 0.5;
  const costs = Array.from({ length: 1 + rng.integer(5) }, () => {
    const sizes = Array.from({ length: limits }, () => 1 + rng.integer(9));
    return Array.from({ length: 1 + rng.integer(4) }, (_, c) =>
      sizes.map((size) => (rising ? size * (c + 1) : rng.integer(20))),
    );
  });
  const tied = rng.uniform() < 1 / 3;
  const groups: Groups = tied
    ? [...new Set(costs.map(({ length }) => length))].map((count) =>
        costs.flatMap(({ length }, l) => (length === count ? [l] : [])),
      )
    : ungrouped(costs.length);
  // The costs of a random vector, which the limits must admit.
  const vector = spread(
    groups,
    groups.map(([first]) => rng.integer(costs[first].length)),
  );
  const taken = vector.map((choice, l) => costs[l][choice]);
  return createFeasibleSet(
    costs,
    Array.from({ length: limits }, (_, k) => taken.reduce((sum, cost) => sum + cost[k], rng.integer(4))),
    groups,
  );
}

export const everyVector = ({ costs }: FeasibleSet): number[][] =>
  costs.reduce<number[][]>((all, choices) => all.flatMap((v) => choices.map((_, c) => [...v, c])), [[]]);

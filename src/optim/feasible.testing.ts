// Small sets of feasible vectors for tests.
import type { Rng } from '../math/rng';
import { createFeasibleSet, type FeasibleSet } from './feasible';

/** Up to 5 layers of up to 4 choices under 1 to 3 limits. Costs rise together, as with bit widths, or are independent. */
export function randomSet(rng: Rng): FeasibleSet {
  const limits = 1 + rng.integer(3);
  const rising = rng.uniform() < 0.5;
  const costs = Array.from({ length: 1 + rng.integer(5) }, () => {
    const sizes = Array.from({ length: limits }, () => 1 + rng.integer(9));
    return Array.from({ length: 1 + rng.integer(4) }, (_, c) =>
      sizes.map((size) => (rising ? size * (c + 1) : rng.integer(20))),
    );
  });
  // The costs of a random vector, which the limits must admit.
  const vector = costs.map((choices) => choices[rng.integer(choices.length)]);
  return createFeasibleSet(
    costs,
    Array.from({ length: limits }, (_, k) => vector.reduce((sum, cost) => sum + cost[k], rng.integer(4))),
  );
}

export const everyVector = ({ costs }: FeasibleSet): number[][] =>
  costs.reduce<number[][]>((all, choices) => all.flatMap((v) => choices.map((_, c) => [...v, c])), [[]]);

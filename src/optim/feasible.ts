// Vectors of choices, one per layer, that meet several limits at once: drawn at random, repaired, or enumerated. Shared by
// searches by trial; the exact solvers are knapsack.ts and knapsackLimits.ts. Locked layers and disallowed widths simply have
// fewer choices.
import { type Rng, shuffle } from '../math/rng';
import { solveWithinLimits } from './knapsackLimits';

/** The vectors whose costs, summed over the layers, meet all limits. There is at least one. */
export interface FeasibleSet {
  /** [layer][choice][limit]. Sums of integers are exact; other numbers are added as float64, layer by layer. */
  readonly costs: readonly (readonly (readonly number[])[])[];
  readonly limits: readonly number[];
  /**
   * [layer][choice][limit]: the choices one step lower. A lower choice costs less under that limit and no more under the
   * others; one step means that no other lower choice lies in between.
   */
  readonly lower: readonly (readonly (readonly (readonly number[])[])[])[];
}

/**
 * The set of vectors that cost at most `limits` (`Infinity` for no limit).
 * @throws InfeasibleError, with the reachable costs, if the set is empty; RangeError for a layer without choices, non-finite
 * numbers, or a number of costs that differs from the number of limits.
 */
export function createFeasibleSet(costs: FeasibleSet['costs'], limits: readonly number[]): FeasibleSet {
  solveWithinLimits(
    costs.map((choices) => choices.map((cost) => ({ costs: cost, penalty: 0 }))),
    limits,
  );
  const lower = costs.map((choices) =>
    choices.map((from) =>
      limits.map((_, k) => {
        const below = choices.filter((to) => to[k] < from[k] && noDearer(to, from));
        const next = below.filter((to) => !below.some((other) => noDearer(to, other) && !noDearer(other, to)));
        return choices.flatMap((choice, c) => (next.includes(choice) ? [c] : []));
      }),
    ),
  );
  return { costs, limits, lower };
}

const noDearer = (a: readonly number[], b: readonly number[]): boolean => a.every((cost, k) => cost <= b[k]);

/** Cost of a vector under each limit. */
export const costsOf = ({ costs, limits }: FeasibleSet, vector: readonly number[]): number[] =>
  limits.map((_, k) => vector.reduce((sum, choice, l) => sum + costs[l][choice][k], 0));

/** True if a vector meets all limits. */
export const isFeasible = (set: FeasibleSet, vector: readonly number[]): boolean =>
  noDearer(costsOf(set, vector), set.limits);

/**
 * The vector itself if it meets the limits; otherwise random layers step down, one at a time, until it does. If no step down
 * is left, because saving under one limit costs under another, as few layers as possible change.
 * @throws RangeError for a vector that does not consist of the layers' choices.
 */
export function repair(set: FeasibleSet, vector: readonly number[], rng: Rng): number[] {
  checkVector(set, vector);
  const repaired = [...vector];
  for (;;) {
    const costs = costsOf(set, repaired);
    const broken = set.limits.flatMap((limit, k) => (costs[k] > limit ? [k] : []));
    if (broken.length === 0) return repaired;
    const k = broken[rng.integer(broken.length)];
    const open = repaired.flatMap((choice, l) => (set.lower[l][choice][k].length > 0 ? [l] : []));
    if (open.length === 0) return nearest(set, repaired, rng);
    const layer = open[rng.integer(open.length)];
    const steps = set.lower[layer][repaired[layer]][k];
    repaired[layer] = steps[rng.integer(steps.length)];
  }
}

/** A feasible vector that differs in as few layers as possible; the layers are random. */
function nearest({ costs, limits }: FeasibleSet, vector: readonly number[], rng: Rng): number[] {
  const layers = costs.map((choices, l) =>
    choices.map((cost, c) => ({
      costs: cost,
      // The random parts are small enough that together they weigh less than one more layer.
      penalty: c === vector[l] ? 0 : 1 + rng.uniform() / (costs.length + 1),
    })),
  );
  return solveWithinLimits(layers, limits).choices;
}

function checkVector({ costs }: FeasibleSet, vector: readonly number[]): void {
  if (vector.length !== costs.length)
    throw new RangeError(`The vector has ${vector.length} choices for ${costs.length} layers: give one per layer.`);
  for (const [l, choice] of vector.entries())
    if (costs[l][choice] === undefined)
      throw new RangeError(`Layer ${l} has no choice ${choice}: it has ${costs[l].length}, counted from 0.`);
}

/** Draws a choice per layer, each equally likely, and repairs the vector. The result is mostly just below the limits. */
export const randomFeasible = (set: FeasibleSet, rng: Rng): number[] =>
  repair(
    set,
    set.costs.map((choices) => rng.integer(choices.length)),
    rng,
  );

/** Every feasible vector once, in random order. Their number may be astronomical. */
export function* everyFeasible({ costs, limits }: FeasibleSet, rng: Rng): Generator<number[], void> {
  const order = costs.map((choices) =>
    shuffle(
      choices.map((_, c) => c),
      rng,
    ),
  );
  // Minimum cost of the layers from here on.
  const rest = [limits.map(() => 0)];
  for (const choices of costs.toReversed())
    rest.unshift(limits.map((_, k) => rest[0][k] + Math.min(...choices.map((cost) => cost[k]))));
  const used = [limits.map(() => 0)];
  const at = costs.map(() => -1);
  for (let layer = 0; layer >= 0; ) {
    if (layer === costs.length) {
      yield at.map((position, l) => order[l][position]);
      layer--;
    } else if (++at[layer] === order[layer].length) {
      at[layer--] = -1;
    } else {
      const cost = costs[layer][order[layer][at[layer]]];
      used[layer + 1] = used[layer].map((sum, k) => sum + cost[k]);
      if (limits.every((limit, k) => used[layer + 1][k] + rest[layer + 1][k] <= limit)) layer++;
    }
  }
}

/** Key of a vector in sets and maps. */
export const keyOf = (vector: readonly number[]): string => vector.join();

/** Number of random draws before all vectors are enumerated. */
const TRIES = 100;

/** A random feasible vector whose key is not in `seen`; undefined if all are. */
export function unseenFeasible(set: FeasibleSet, seen: ReadonlySet<string>, rng: Rng): number[] | undefined {
  for (let i = 0; i < TRIES; i++) {
    const vector = randomFeasible(set, rng);
    if (!seen.has(keyOf(vector))) return vector;
  }
  for (const vector of everyFeasible(set, rng)) if (!seen.has(keyOf(vector))) return vector;
  return undefined;
}

// Vectors of choices, one for each layer, that keep to several limits at once: drawn at random, repaired, or all of them
// one after another. What searches by trial have in common; the exact solvers are knapsack.ts and knapsackLimits.ts.
// Locks and allowed widths are simply fewer choices of a layer.
import { type Rng, shuffle } from '../math/rng';
import { solveWithinLimits } from './knapsackLimits';

/** The vectors whose costs, added up over the layers, keep to all limits. There is at least one. */
export interface FeasibleSet {
  /** [layer][choice][limit]. Sums of integers are exact; other numbers are added as float64, layer by layer. */
  readonly costs: readonly (readonly (readonly number[])[])[];
  readonly limits: readonly number[];
  /**
   * [layer][choice][limit]: the choices a step lower, which cost less under that limit and no more under the others; of
   * these those that no other lies above.
   */
  readonly lower: readonly (readonly (readonly (readonly number[])[])[])[];
}

/**
 * The set of what keeps to `limits` (at most; `Infinity` for none).
 * @throws InfeasibleError when it is empty, with what can be reached; RangeError for a layer without choices, numbers that
 * are not finite, and costs and limits that differ in number.
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

/** What a vector costs under each limit. */
export const costsOf = ({ costs, limits }: FeasibleSet, vector: readonly number[]): number[] =>
  limits.map((_, k) => vector.reduce((sum, choice, l) => sum + costs[l][choice][k], 0));

/** True when a vector keeps to all limits. */
export const isFeasible = (set: FeasibleSet, vector: readonly number[]): boolean =>
  noDearer(costsOf(set, vector), set.limits);

/**
 * The vector itself if it keeps to the limits; otherwise random layers of it go down, a step at a time, until it does.
 * Where no step down is left, because what saves under one limit costs under another, as few layers as possible change.
 * @throws RangeError for a vector that is none of the layers' choices.
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

/** A feasible vector that differs in as few layers as possible; which ones is random. */
function nearest({ costs, limits }: FeasibleSet, vector: readonly number[], rng: Rng): number[] {
  const layers = costs.map((choices, l) =>
    choices.map((cost, c) => ({
      costs: cost,
      // Small enough that all of them together are less than one more layer.
      penalty: c === vector[l] ? 0 : 1 + rng.uniform() / (costs.length + 1),
    })),
  );
  return solveWithinLimits(layers, limits).choices;
}

function checkVector({ costs }: FeasibleSet, vector: readonly number[]): void {
  if (vector.length !== costs.length)
    throw new RangeError(`The vector has ${vector.length} choices for ${costs.length} layers: give one for each.`);
  for (const [l, choice] of vector.entries())
    if (costs[l][choice] === undefined)
      throw new RangeError(`Layer ${l} has no choice ${choice}: it has ${costs[l].length}, counted from 0.`);
}

/** Every layer draws one of its choices, each equally likely, and the vector is repaired: mostly close below the limits. */
export const randomFeasible = (set: FeasibleSet, rng: Rng): number[] =>
  repair(
    set,
    set.costs.map((choices) => rng.integer(choices.length)),
    rng,
  );

/** Every feasible vector once, in an order that `rng` mixes. Their number may be astronomical. */
export function* everyFeasible({ costs, limits }: FeasibleSet, rng: Rng): Generator<number[], void> {
  const order = costs.map((choices) =>
    shuffle(
      choices.map((_, c) => c),
      rng,
    ),
  );
  // What the layers from here on cost at least.
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

/** The name under which a vector is remembered. */
export const keyOf = (vector: readonly number[]): string => vector.join();

/** Draws before all vectors are gone through. */
const TRIES = 100;

/** A random feasible vector whose key is not among `seen`; undefined when all of them are. */
export function unseenFeasible(set: FeasibleSet, seen: ReadonlySet<string>, rng: Rng): number[] | undefined {
  for (let i = 0; i < TRIES; i++) {
    const vector = randomFeasible(set, rng);
    if (!seen.has(keyOf(vector))) return vector;
  }
  for (const vector of everyFeasible(set, rng)) if (!seen.has(keyOf(vector))) return vector;
  return undefined;
}

// Vectors of choices, one per layer, that meet several limits at once: drawn at random, repaired, or enumerated. Shared by
// searches by trial; the exact solvers are knapsack.ts and knapsackLimits.ts. Locked layers and disallowed widths simply have
// fewer choices.
import { type Rng, shuffle } from '../math/rng';
import { type Groups, gather, spread, summedCosts, ungrouped } from './groups';
import { solveWithinLimits } from './knapsackLimits';

/**
 * The vectors whose costs, summed over the layers, meet all limits, and whose layers have the same choice within each group.
 * There is at least one.
 */
export interface FeasibleSet {
  /** [layer][choice][limit]. Sums of integers are exact; other numbers are added as float64, layer by layer. */
  readonly costs: readonly (readonly (readonly number[])[])[];
  readonly limits: readonly number[];
  readonly groups: Groups;
  /** [group][choice][limit]. */
  readonly grouped: FeasibleSet['costs'];
  /**
   * [group][choice][limit]: the choices one step lower. A lower choice costs less under that limit and no more under the
   * others; one step means that no other lower choice lies in between.
   */
  readonly lower: readonly (readonly (readonly (readonly number[])[])[])[];
}

/**
 * The set of vectors that cost at most `limits` (`Infinity` for no limit); by default every layer chooses by itself.
 * @throws InfeasibleError, with the reachable costs, if the set is empty; RangeError for a layer without choices, non-finite
 * numbers, or a number of costs that differs from the number of limits.
 */
export function createFeasibleSet(
  costs: FeasibleSet['costs'],
  limits: readonly number[],
  groups: Groups = ungrouped(costs.length),
): FeasibleSet {
  const grouped = summedCosts(groups, costs);
  solveWithinLimits(
    grouped.map((choices) => choices.map((cost) => ({ costs: cost, penalty: 0 }))),
    limits,
  );
  const lower = grouped.map((choices) =>
    choices.map((from) =>
      limits.map((_, k) => {
        const below = choices.filter((to) => to[k] < from[k] && noDearer(to, from));
        const next = below.filter((to) => !below.some((other) => noDearer(to, other) && !noDearer(other, to)));
        return choices.flatMap((choice, c) => (next.includes(choice) ? [c] : []));
      }),
    ),
  );
  return { costs, limits, groups, grouped, lower };
}

const noDearer = (a: readonly number[], b: readonly number[]): boolean => a.every((cost, k) => cost <= b[k]);

/** Cost of a vector under each limit. */
export const costsOf = ({ costs, limits }: FeasibleSet, vector: readonly number[]): number[] =>
  limits.map((_, k) => vector.reduce((sum, choice, l) => sum + costs[l][choice][k], 0));

/** True if a vector meets all limits, and its groups agree. */
export const isFeasible = (set: FeasibleSet, vector: readonly number[]): boolean =>
  noDearer(costsOf(set, vector), set.limits) &&
  set.groups.every((group) => group.every((l) => vector[l] === vector[group[0]]));

/**
 * The vector itself if it meets the limits; otherwise random layers step down, one at a time, until it does. If no step down
 * is left, because saving under one limit costs under another, as few layers as possible change. Layers of a group take the
 * choice of its first.
 * @throws RangeError for a vector that does not consist of the layers' choices.
 */
export function repair(set: FeasibleSet, vector: readonly number[], rng: Rng): number[] {
  checkVector(set, vector);
  const { groups, grouped, limits, lower } = set;
  const repaired = gather(groups, vector);
  for (;;) {
    const broken = limits.flatMap((limit, k) =>
      repaired.reduce((sum, choice, g) => sum + grouped[g][choice][k], 0) > limit ? [k] : [],
    );
    if (broken.length === 0) return spread(groups, repaired);
    const k = broken[rng.integer(broken.length)];
    const open = repaired.flatMap((choice, g) => (lower[g][choice][k].length > 0 ? [g] : []));
    if (open.length === 0) return spread(groups, nearest(set, repaired, rng));
    const group = open[rng.integer(open.length)];
    const steps = lower[group][repaired[group]][k];
    repaired[group] = steps[rng.integer(steps.length)];
  }
}

/** Choices of the groups within the limits that differ in as few groups as possible; which ones is random. */
function nearest({ grouped, limits }: FeasibleSet, choices: readonly number[], rng: Rng): number[] {
  const groups = grouped.map((costs, g) =>
    costs.map((cost, c) => ({
      costs: cost,
      // The random parts are small enough that together they weigh less than one more group.
      penalty: c === choices[g] ? 0 : 1 + rng.uniform() / (grouped.length + 1),
    })),
  );
  return solveWithinLimits(groups, limits).choices;
}

function checkVector({ costs }: FeasibleSet, vector: readonly number[]): void {
  if (vector.length !== costs.length)
    throw new RangeError(`The vector has ${vector.length} choices for ${costs.length} layers: give one per layer.`);
  for (const [l, choice] of vector.entries())
    if (costs[l][choice] === undefined)
      throw new RangeError(`Layer ${l} has no choice ${choice}: it has ${costs[l].length}, counted from 0.`);
}

/** Draws a choice per group, each equally likely, and repairs the vector. The result is mostly just below the limits. */
export const randomFeasible = (set: FeasibleSet, rng: Rng): number[] =>
  repair(
    set,
    spread(
      set.groups,
      set.grouped.map((choices) => rng.integer(choices.length)),
    ),
    rng,
  );

/** Every feasible vector once, in random order. Their number may be astronomical. */
export function* everyFeasible({ groups, grouped, limits }: FeasibleSet, rng: Rng): Generator<number[], void> {
  const order = grouped.map((choices) =>
    shuffle(
      choices.map((_, c) => c),
      rng,
    ),
  );
  // Minimum cost of the groups from here on.
  const rest = [limits.map(() => 0)];
  for (const choices of grouped.toReversed())
    rest.unshift(limits.map((_, k) => rest[0][k] + Math.min(...choices.map((cost) => cost[k]))));
  const used = [limits.map(() => 0)];
  const at = grouped.map(() => -1);
  for (let group = 0; group >= 0; ) {
    if (group === grouped.length) {
      yield spread(
        groups,
        at.map((position, g) => order[g][position]),
      );
      group--;
    } else if (++at[group] === order[group].length) {
      at[group--] = -1;
    } else {
      const cost = grouped[group][order[group][at[group]]];
      used[group + 1] = used[group].map((sum, k) => sum + cost[k]);
      if (limits.every((limit, k) => used[group + 1][k] + rest[group + 1][k] <= limit)) group++;
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

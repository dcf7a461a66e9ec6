// The choice of bits as an integer program: every choice of a layer has a harm and a cost, and the policy of least harm
// within a room is wanted. Solved step by step here, or exactly by optim/knapsackLimits.ts.
import { type Groups, spread, summed, summedCosts } from '../../optim/groups';
import { type LimitedPolicy, solveWithinLimits } from '../../optim/knapsackLimits';
import { SettingsError } from '../settingsError';
import type { Space } from '../space';

/** The cost of each choice, and the available room. */
export interface Program {
  /** [layer][choice][limit]; without limits, weight bits. */
  readonly costs: readonly (readonly (readonly number[])[])[];
  /** Layers that share a choice, as indices. */
  readonly groups: Groups;
  /** The room under the limits, capped at the cost of the widest policy. */
  readonly room: readonly number[];
  /** Cost of the narrowest policy. */
  readonly least: readonly number[];
}

/** The program of a space. Without limits, the cost is weight bits, with room for every policy. */
export function programOf({ layers, groups, limits, room }: Space): Program {
  const limited = limits.length > 0;
  const costs = layers.map((layer) =>
    limited ? layer.costs : layer.choices.map(({ weights }) => [weights * layer.weights]),
  );
  const grouped = summedCosts(groups, costs);
  const sum = (pick: (...numbers: number[]) => number) =>
    costs[0][0].map((_, k) => grouped.reduce((total, choices) => total + pick(...choices.map((cost) => cost[k])), 0));
  const most = sum(Math.max);
  return { costs, groups, room: limited ? most.map((cost, k) => Math.min(cost, room[k])) : most, least: sum(Math.min) };
}

/** A share of the room: from the narrowest policy (0) to the limits (1). */
export function roomAt({ room, least }: Program, share: number): number[] {
  return room.map((most, k) => least[k] + share * (most - least[k]));
}

/** True if a vector of choices fits a room. */
export function staysWithin({ costs }: Program, room: readonly number[], vector: readonly number[]): boolean {
  return room.every((most, k) => vector.reduce((sum, choice, l) => sum + costs[l][choice][k], 0) <= most);
}

/** Subproblem limit of the exact solver; beyond it, the answer is the best policy so far with its remaining gap. */
const MOST_NODES = 100_000;

/**
 * The vector of least harm within `room`, and how far optimality is proved. `penalties` are [layer][choice].
 * @throws InfeasibleError if even the narrowest choices exceed the room.
 */
export function exactlyWithin(
  { costs, groups }: Program,
  penalties: readonly (readonly number[])[],
  room: readonly number[],
): LimitedPolicy {
  const grouped = summedCosts(groups, costs);
  const own = summed(groups, penalties).map((row, g) => row.map((penalty, c) => ({ penalty, costs: grouped[g][c] })));
  const found = solveWithinLimits(own, room, MOST_NODES);
  return { ...found, choices: spread(groups, found.choices) };
}

/** One change of one group of layers. */
interface Change {
  readonly group: number;
  readonly choice: number;
  readonly ratio: number;
}

/**
 * A vector within `room`, found step by step: starting from the least harm, take the change of least harm per cost saved
 * until the vector fits; then spend the remaining room on the changes of most gain per cost (the refinement of Sony's
 * Model Compression Toolkit). `penalties` are [layer][choice], in any additive unit.
 * @throws SettingsError if even the narrowest choices exceed the room.
 */
export function greedyWithin(
  program: Program,
  penalties: readonly (readonly number[])[],
  room: readonly number[],
): number[] {
  const { groups, least } = program;
  const costs = summedCosts(groups, program.costs);
  const harms = summed(groups, penalties);
  const span = room.map((most, k) => Math.max(most - least[k], 1));
  const vector = harms.map((row) => row.indexOf(Math.min(...row)));
  const used = room.map((_, k) => vector.reduce((sum, choice, g) => sum + costs[g][choice][k], 0));
  const excess = (k: number, cost: number) => Math.max(0, cost - room[k]) / span[k];
  const over = (at: (k: number) => number) => room.reduce((sum, _, k) => sum + excess(k, at(k)), 0);
  // The change of least ratio; groups without a change are skipped.
  const step = (ratioOf: (group: number, choice: number) => number | undefined): boolean => {
    let best: Change | undefined;
    for (const [group, row] of costs.entries())
      for (const choice of row.keys()) {
        const ratio = choice === vector[group] ? undefined : ratioOf(group, choice);
        if (ratio !== undefined && (best === undefined || ratio < best.ratio)) best = { group, choice, ratio };
      }
    if (best === undefined) return false;
    const { group, choice } = best;
    for (const k of room.keys()) used[k] += costs[group][choice][k] - costs[group][vector[group]][k];
    vector[group] = choice;
    return true;
  };
  const after = (group: number, choice: number) => (k: number) =>
    used[k] + costs[group][choice][k] - costs[group][vector[group]][k];
  const harm = (group: number, choice: number) => harms[group][choice] - harms[group][vector[group]];

  while (over((k) => used[k]) > 0) {
    const found = step((group, choice) => {
      const relief = over((k) => used[k]) - over(after(group, choice));
      return relief > 0 ? harm(group, choice) / relief : undefined;
    });
    if (!found)
      throw new SettingsError('No change of one layer leads within the limits: raise one, or allow fewer bits.');
  }
  const refine = () =>
    step((group, choice) => {
      const gain = -harm(group, choice);
      if (gain <= 0 || over(after(group, choice)) > 0) return undefined;
      const rise = room.reduce((sum, _, k) => sum + (after(group, choice)(k) - used[k]) / span[k], 0);
      return rise <= 0 ? Number.NEGATIVE_INFINITY : -gain / rise;
    });
  while (refine());
  return spread(groups, vector);
}

// Configs by the thetas of a differentiable search: their costs, the most probable one, and draws.
import type { Rng } from '../../math/rng';
import { conditionalDraws } from '../../optim/conditionalDraws';
import { gather, spread, summedCosts } from '../../optim/groups';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import type { MixtureCosts } from '../../train/differentiable';
import { programOf } from '../allocation/program';
import { fits, type Space } from '../space';

/** Subproblem limit of the most probable policy; beyond it, the most probable one found so far is taken. */
const MOST_NODES = 20_000;
/** Bits per unit of what a limit counts. */
const BITS = { memory: 8, flash: 8, weights: 1, bitOps: 1 } as const;

export const softmax = (thetas: readonly number[]): number[] => {
  const most = Math.max(...thetas);
  const powers = thetas.map((theta) => Math.exp(theta - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

/**
 * Costs of the choices, summed over the layers of a group. In `bits`, as in the paper: those of the first limit that counts bytes,
 * bits or bit operations, or else of the weights. By default as shares of the limits, summed over the limits.
 */
export function costsOf(space: Space, unit: 'cheapest' | 'bits' = 'cheapest'): MixtureCosts {
  const { costs, room, groups } = programOf(space);
  const counted = space.limits.findIndex(({ measure }) => Object.hasOwn(BITS, measure));
  const inBits = (cost: readonly number[], size: number) =>
    counted < 0 ? size : cost[counted] * BITS[space.limits[counted].measure as keyof typeof BITS];
  const inShares = (cost: readonly number[]) => cost.reduce((sum, part, k) => sum + part / Math.max(room[k], 1), 0);
  const own = space.layers.map(({ weights, choices }, l) =>
    choices.map((bits, c) => [unit === 'bits' ? inBits(costs[l][c], bits.weights * weights) : inShares(costs[l][c])]),
  );
  const parts = summedCosts(groups, own).map((choices) => choices.map(([cost]) => cost));
  const ids = space.layers.map(({ id }) => id);
  const several = groups.flatMap(([first], g) =>
    parts[g].length > 1 ? [[ids[first], Float32Array.from(parts[g])] as const] : [],
  );
  const fixed = parts.reduce((sum, row) => sum + (row.length > 1 ? 0 : row[0]), 0);
  const follows = groups.flatMap(([first, ...others]) => others.map((l) => [ids[l], ids[first]] as const));
  return { layers: new Map(several), fixed, follows: new Map(follows), ...(unit === 'bits' && { unit: 1 }) };
}

/** The most probable vector within the limits by the softmax of `thetas` [layer][choice]: an exact integer program. */
export function mostProbable(space: Space, thetas: readonly (readonly number[])[]): number[] {
  const { costs, room, groups } = programOf(space);
  const grouped = summedCosts(groups, costs);
  const rows = gather(groups, thetas).map((row, g) =>
    softmax(row).map((p, c) => ({ penalty: -Math.log(Math.max(p, 1e-30)), costs: grouped[g][c] })),
  );
  return spread(groups, solveWithinLimits(rows, room, MOST_NODES).choices);
}

/**
 * Draws vectors from the softmax of `thetas` [layer][choice] given that they keep all limits (optim/conditionalDraws.ts);
 * undefined where many draws in a row do not.
 */
export function drawsWithin(space: Space, thetas: readonly (readonly number[])[]): (rng: Rng) => number[] | undefined {
  const { costs, room, groups } = programOf(space);
  const draw = conditionalDraws({
    probabilities: gather(groups, thetas).map(softmax),
    costs: summedCosts(groups, costs),
    // Files may take less than the sum of their layers.
    room: room.map((most, k) => most + (space.exact[k]?.slack ?? 0)),
    fits: (choices) => fits(space, spread(groups, choices)),
  });
  return (rng) => {
    const choices = draw(rng);
    return choices && spread(groups, choices);
  };
}

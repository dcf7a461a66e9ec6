// LIMPQ's importance of giving a layer few bits: the step size learned by joint training. Plain numbers.
// Reference: LIMPQ, arXiv 2203.08368, sections 3.2 and 3.4.
import { type BitWidth, isRounded } from '../../graph/policy';
import { fitDecreasing } from '../../math/isotonic';
import { spread, summed, summedCosts, ungrouped } from '../../optim/groups';
import { InfeasibleError } from '../../optim/knapsack';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import type { Space } from '../space';

/** Step sizes of a tensor by bit width. */
export type Steps = ReadonlyMap<number, number>;

/** Step sizes of one layer; a tensor that is never rounded has none. */
export interface LayerImportance {
  readonly id: string;
  readonly weights: Steps;
  readonly activations: Steps;
}

/**
 * Makes the steps non-increasing in the bits: joint training leaves a few that grow. The paper's code gives such entries
 * a penalty of 1e8 (and deletes a good neighbor with them); here they are pooled by least squares.
 */
export function cleanedUp(steps: Steps): Map<number, number> {
  const knots = fitDecreasing([...steps].map(([x, y]) => ({ x, y, weight: 1 })));
  // One value per block for all its widths, without interpolation between blocks.
  const values = knots.flatMap(({ y, weight }) => new Array<number>(weight).fill(y));
  const widths = [...steps.keys()].sort((a, b) => a - b);
  return new Map(widths.map((bits, i) => [bits, values[i]]));
}

/**
 * Importance of a width: 0 for float, and for a layer skipped by its lock. Below the narrowest trained width, the
 * importance grows by the ratio of the last two (LSQ has no 1-bit weights; steps about double per bit removed). A tensor
 * without steps has importance 0.
 */
export function importanceOf(steps: Steps, bits: BitWidth): number {
  if (!isRounded(bits) || steps.size === 0) return 0;
  const known = steps.get(bits);
  if (known !== undefined) return known;
  const widths = [...steps.keys()].sort((a, b) => a - b);
  const [low, next] = widths;
  const value = (width: number) => steps.get(width) as number;
  if (bits > low) throw new RangeError(`No step was learned for ${bits} bits; there are ${widths.join(', ')}.`);
  const factor = next === undefined ? 2 : (value(low) / value(next)) ** (1 / (next - low));
  return value(low) * Math.max(1, factor) ** (low - bits);
}

/**
 * Penalties of the integer program, [layer][choice]: `s_a + alpha s_w` as in the paper, or `s_a^2 + alpha s_w^2` with
 * `power` 2. A rounding error has variance of about `s^2 / 12`, and the loss rises in proportion where gradients vanish.
 */
export function importancePenalties(
  space: Space,
  table: readonly LayerImportance[],
  alpha: number,
  power: 1 | 2 = 1,
): number[][] {
  return space.layers.map(({ choices }, l) =>
    choices.map(
      ({ weights, activations }) =>
        importanceOf(table[l].activations, activations) ** power +
        alpha * importanceOf(table[l].weights, weights) ** power,
    ),
  );
}

/** Shares of the chosen policy's costs that the reversed policy may leave unspent; the first feasible one is used. */
const UNSPENT = [0.01, 0.03, 0.1, 0.3, 1];
/** Subproblems per share: a control need not be the very worst. */
const CONTROL_NODES = 5000;

/**
 * The control: the program reversed at the same cost. Among the policies within the room that spend (nearly) as much as
 * `chosen` under every limit, the policy of the largest sum: the most important layers get the fewest bits. `costs` are
 * [layer][choice][limit], `penalties` [layer][choice]; layers of a group keep one choice.
 */
export function reversedChoices(
  costs: readonly (readonly (readonly number[])[])[],
  room: readonly number[],
  penalties: readonly (readonly number[])[],
  chosen: readonly number[],
  groups = ungrouped(costs.length),
): number[] {
  const taken = room.map((_, k) => chosen.reduce((sum, choice, l) => sum + costs[l][choice][k], 0));
  const grouped = summedCosts(groups, costs);
  const layers = summed(groups, penalties).map((row, g) =>
    row.map((penalty, c) => ({ penalty: -penalty, costs: [...grouped[g][c], ...grouped[g][c].map((cost) => -cost)] })),
  );
  for (const unspent of UNSPENT) {
    const limits = [...room, ...taken.map((cost) => -cost * (1 - unspent))];
    try {
      return spread(groups, solveWithinLimits(layers, limits, CONTROL_NODES).choices);
    } catch (error) {
      // No policy spends so much, or none was found: allow more unspent cost.
      if (!(error instanceof RangeError || error instanceof InfeasibleError)) throw error;
    }
  }
  return [...chosen];
}

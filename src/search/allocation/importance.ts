// LIMPQ's importance of giving a layer few bits: the step that joint training has learned for it. Plain numbers.
// Reference: LIMPQ, arXiv 2203.08368, sections 3.2 and 3.4.
import { type BitWidth, isRounded } from '../../graph/policy';
import { fitDecreasing } from '../../math/isotonic';
import { InfeasibleError } from '../../optim/knapsack';
import { solveWithinLimits } from '../../optim/knapsackLimits';
import type { Space } from '../space';

/** A tensor's steps by bit width. */
export type Steps = ReadonlyMap<number, number>;

/** Steps of one layer; a tensor that is never rounded has none. */
export interface LayerImportance {
  readonly id: string;
  readonly weights: Steps;
  readonly activations: Steps;
}

/**
 * Steps that never grow with the bits: joint training leaves a few that do. The paper's code gives such entries a penalty
 * of 1e8 (and deletes a good neighbor with them); here they are pooled by least squares.
 */
export function cleanedUp(steps: Steps): Map<number, number> {
  const knots = fitDecreasing([...steps].map(([x, y]) => ({ x, y, weight: 1 })));
  // One value for each width of a block, not the line between blocks.
  const values = knots.flatMap(({ y, weight }) => new Array<number>(weight).fill(y));
  const widths = [...steps.keys()].sort((a, b) => a - b);
  return new Map(widths.map((bits, i) => [bits, values[i]]));
}

/**
 * Importance of a width: 0 for float, and for a layer whose lock leaves it out; below the narrowest trained one it goes on
 * by the factor of the last two (LSQ has no 1-bit weights; steps about double with each bit less). A tensor without steps
 * has none.
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
 * Penalties of the integer program, [layer][choice]: `s_a + alpha s_w` as in the paper, or `s_a^2 + alpha s_w^2` with a
 * `power` of 2. A rounding error is about `s^2 / 12`, and the loss rises with it where gradients vanish.
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

/** Parts of the chosen policy's costs that the reversed one may leave unspent; the first that can be kept. */
const UNSPENT = [0.01, 0.03, 0.1, 0.3, 1];
/** Subproblems for each of them: a control need not be the very worst. */
const CONTROL_NODES = 5000;

/**
 * The control: the program turned round at the same cost. Of the policies that keep to the room and spend (nearly) what
 * `chosen` does under every limit, the one of the largest sum: the most important layers get the fewest bits. `costs` are
 * [layer][choice][limit], `penalties` [layer][choice].
 */
export function reversedChoices(
  costs: readonly (readonly (readonly number[])[])[],
  room: readonly number[],
  penalties: readonly (readonly number[])[],
  chosen: readonly number[],
): number[] {
  const taken = room.map((_, k) => chosen.reduce((sum, choice, l) => sum + costs[l][choice][k], 0));
  const layers = penalties.map((row, l) =>
    row.map((penalty, c) => ({ penalty: -penalty, costs: [...costs[l][c], ...costs[l][c].map((cost) => -cost)] })),
  );
  for (const unspent of UNSPENT) {
    const limits = [...room, ...taken.map((cost) => -cost * (1 - unspent))];
    try {
      return solveWithinLimits(layers, limits, CONTROL_NODES).choices;
    } catch (error) {
      // No policy spends so much, or none was found: let it leave more.
      if (!(error instanceof RangeError || error instanceof InfeasibleError)) throw error;
    }
  }
  return [...chosen];
}

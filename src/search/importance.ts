// LIMPQ's importance of giving a layer few bits: the step that joint training has learned for it. Plain numbers.
// Reference: LIMPQ, arXiv 2203.08368, sections 3.2 and 3.4.
import { type BitWidth, FLOAT } from '../graph/policy';
import { fitDecreasing } from '../math/isotonic';
import type { Space } from './space';

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
 * Importance of a width: 0 for float; below the narrowest trained one it goes on by the factor of the last two (LSQ has no
 * 1-bit weights; steps about double with each bit less). A tensor without steps has none.
 */
export function importanceOf(steps: Steps, bits: BitWidth): number {
  if (bits === FLOAT || steps.size === 0) return 0;
  const known = steps.get(bits);
  if (known !== undefined) return known;
  const widths = [...steps.keys()].sort((a, b) => a - b);
  const [low, next] = widths;
  const value = (width: number) => steps.get(width) as number;
  if (bits > low) throw new RangeError(`No step was learned for ${bits} bits; there are ${widths.join(', ')}.`);
  const factor = next === undefined ? 2 : (value(low) / value(next)) ** (1 / (next - low));
  return value(low) * Math.max(1, factor) ** (low - bits);
}

/** Penalties of the integer program, [layer][choice]: `s_a + alpha s_w`. */
export function importancePenalties(space: Space, table: readonly LayerImportance[], alpha: number): number[][] {
  return space.layers.map(({ choices }, l) =>
    choices.map(
      ({ weights, activations }) =>
        importanceOf(table[l].activations, activations) + alpha * importanceOf(table[l].weights, weights),
    ),
  );
}

/**
 * The control: layers that have the same choices change places in the table, the most important with the least, and so on;
 * importance is the mean penalty of a layer's choices. The same program then spends the same limits where they help least.
 * (Maximizing instead would give every layer its fewest bits and spend nothing.)
 */
export function reversedTable(space: Space, table: readonly LayerImportance[], alpha: number): LayerImportance[] {
  const means = importancePenalties(space, table, alpha).map(
    (row) => row.reduce((sum, penalty) => sum + penalty, 0) / row.length,
  );
  const groups = new Map<string, number[]>();
  space.layers.forEach(({ choices }, l) => {
    const key = JSON.stringify(choices);
    groups.set(key, [...(groups.get(key) ?? []), l]);
  });
  const reversed = table.slice();
  for (const members of groups.values()) {
    const ranked = members.toSorted((a, b) => means[a] - means[b] || a - b);
    ranked.forEach((l, rank) => {
      reversed[l] = { ...table[ranked[ranked.length - 1 - rank]], id: table[l].id };
    });
  }
  return reversed;
}

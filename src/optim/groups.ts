// Layers that share a choice: a vector over all layers repeats the choice of a group in each of its layers, and a problem over
// groups has the sums of its layers' numbers.

/** The layers of each group, as indices in ascending order; every layer is in one group. */
export type Groups = readonly (readonly number[])[];

/** Every layer by itself. */
export const ungrouped = (layers: number): Groups => Array.from({ length: layers }, (_, l) => [l]);

/** One entry for each group: that of its first layer. */
export const gather = <T>(groups: Groups, layers: readonly T[]): T[] => groups.map(([first]) => layers[first]);

/** One entry for each layer: that of its group. */
export function spread<T>(groups: Groups, entries: readonly T[]): T[] {
  const layers: T[] = [];
  for (const [g, group] of groups.entries()) for (const l of group) layers[l] = entries[g];
  return layers;
}

/** Numbers of each choice of each group, [group][choice]: the sums of those of its layers, [layer][choice]. */
export const summed = (groups: Groups, rows: readonly (readonly number[])[]): number[][] =>
  groups.map((group) => rows[group[0]].map((_, c) => group.reduce((sum, l) => sum + rows[l][c], 0)));

/** The same of several numbers per choice: [layer][choice][k]. */
export const summedCosts = (groups: Groups, costs: readonly (readonly (readonly number[])[])[]): number[][][] =>
  groups.map((group) =>
    costs[group[0]].map((cost, c) => cost.map((_, k) => group.reduce((sum, l) => sum + costs[l][c][k], 0))),
  );

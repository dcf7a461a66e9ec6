// Colors of what bits cost: the faders' tracks and the cells of the sensitivity map.
import type { SensitivityTable } from '../../engine/protocol/measuring';
import { type RoundedPart, STOPS } from '../../policy/edits';

/** Loss increase at which a color is two thirds of the way to "hurts", in nats. */
const TYPICAL = 0.25;

/** Cost of a loss increase on a scale from 0 (none) to 1 (ruin). */
export function costShare(lossIncrease: number): number {
  return Math.max(0, 1 - Math.exp(-lossIncrease / TYPICAL));
}

/** A table's entries by layer and bits. */
export type ByLayer = ReadonlyMap<string, ReadonlyMap<number, { lossIncrease: number; accuracyChange: number }>>;
const indexed = new WeakMap<SensitivityTable, Record<RoundedPart, ByLayer>>();

/** The table's entries by layer and bits. */
export function entriesOf(table: SensitivityTable, tensor: RoundedPart): ByLayer {
  let known = indexed.get(table);
  if (!known) {
    const maps = { weights: new Map(), activations: new Map() };
    for (const entry of table.entries) {
      const byLayer = maps[entry.tensor];
      if (!byLayer.has(entry.layer)) byLayer.set(entry.layer, new Map());
      byLayer.get(entry.layer).set(entry.bits, entry);
    }
    known = maps;
    indexed.set(table, known);
  }
  return known[tensor];
}

/** Cost of each stop of a layer, from 1 bit to float; undefined where the table has no entry. */
export function costOfStops(
  table: SensitivityTable,
  layer: string,
  tensor: RoundedPart,
): readonly (number | undefined)[] {
  const byBits = entriesOf(table, tensor).get(layer);
  return STOPS.map((bits) => {
    if (bits === 32) return 0;
    const entry = byBits?.get(bits);
    return entry && costShare(entry.lossIncrease);
  });
}

/** A CSS color for a cost in [0, 1]. */
export function costColor(value: number | undefined): string {
  if (value === undefined) return 'var(--track)';
  return `color-mix(in oklab, var(--hurt) ${Math.round(value * 100)}%, var(--ease))`;
}

/** The track's background, from float at the top to the lowest stop at the bottom. */
export function trackGradient(costs: readonly (number | undefined)[], toward: 'bottom' | 'left'): string {
  if (costs.every((value, i) => value === undefined || i === costs.length - 1)) return 'var(--track)';
  const top = [...costs].reverse();
  const stops = top.map((value, i) => `${costColor(value)} ${((i / (top.length - 1)) * 100).toFixed(1)}%`);
  return `linear-gradient(to ${toward}, ${stops.join(', ')})`;
}

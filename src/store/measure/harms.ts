// A sensitivity table by layer and bits: what each width costs a layer when all others stay float.
import type { SensitivityEntry, SensitivityTable } from '../../engine/protocol/measuring';
import { BIT_WIDTHS, type BitWidth, FLOAT } from '../../graph/policy';
import type { RoundedPart } from '../../policy/edits';

/** A table's entries by layer and bits. */
export type ByLayer = ReadonlyMap<string, ReadonlyMap<number, SensitivityEntry>>;
const indexed = new WeakMap<SensitivityTable, Record<RoundedPart, ByLayer>>();

/** The table's entries for one tensor. */
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

/** Predicted increase of the loss in nats; of a width that is not in the table that of the next wider one, 0 for float. */
export function lossIn(entries: ByLayer, layer: string, bits: BitWidth): number {
  const byBits = entries.get(layer);
  const known = BIT_WIDTHS.find((width) => width >= bits && (width === FLOAT || byBits?.has(width)));
  return known === undefined || known === FLOAT ? 0 : (byBits?.get(known)?.lossIncrease ?? 0);
}

// Harm beside the stops of a fader: how much accuracy a table predicts to be lost when only this layer has so few bits.
import type { SensitivityTable } from '../../engine/protocol/measuring';
import { type BitWidth, FLOAT } from '../../graph/policy';
import { type RoundedPart, STOPS } from '../../policy/edits';
import { entriesOf } from '../../store/measure/harms';

/** Losses below this are noise and not shown, in points of accuracy. */
const NOISE = 0.4;
/** Lengths of a full tick, in points of accuracy. */
const FULL = [10, 20] as const;

export interface HarmTick {
  readonly bits: BitWidth;
  /** Points of accuracy. */
  readonly loss: number;
  /** Length as a share of the full one, at most 1. */
  readonly share: number;
  /** True for losses that are longer than a full tick. */
  readonly more: boolean;
}

const lossesIn = (table: SensitivityTable, tensor: RoundedPart) =>
  table.entries.flatMap((entry) => (entry.tensor === tensor ? [-entry.accuracyChange * 100] : []));

/** What a full tick stands for, in points: 10, or 20 where at least one tick in ten would be longer than that. */
export function fullHarm(table: SensitivityTable, tensor: RoundedPart): number {
  const shown = lossesIn(table, tensor).filter((loss) => loss >= NOISE);
  return shown.filter((loss) => loss > FULL[0]).length * 10 >= Math.max(1, shown.length) ? FULL[1] : FULL[0];
}

/** The ticks of a layer from 1 bit up; none where the table has no entry, and none for noise. */
export function harmTicks(table: SensitivityTable, layer: string, tensor: RoundedPart): HarmTick[] {
  const byBits = entriesOf(table, tensor).get(layer);
  const full = fullHarm(table, tensor);
  return STOPS.flatMap((bits) => {
    const entry = bits === FLOAT ? undefined : byBits?.get(bits);
    const loss = entry ? -entry.accuracyChange * 100 : 0;
    return loss >= NOISE ? [{ bits, loss, share: Math.min(1, loss / full), more: loss > full }] : [];
  });
}

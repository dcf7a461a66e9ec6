// Which layers the first minute speaks of: a drag that pays, and one that does not.
import type { Architecture } from '../../graph/network';
import type { QuantScheme } from '../../quant/registry';
import { costsOf, uniformAt } from '../../store/measure/costs';
import type { ByLayer } from '../../store/measure/harms';

/** Accuracy that a layer may cost at 4 bits and still be called cheap, in [0, 1]. */
const LITTLE = 0.01;

/** Bytes that each layer gives up from 8 to fewer bits. */
function savings(architecture: Architecture, scheme: QuantScheme, bits: 2 | 4): ReadonlyMap<string, number> {
  const at = (width: 2 | 4 | 8) => costsOf(architecture, uniformAt(architecture, width), scheme).layers;
  const [before, after] = [at(8), at(bits)];
  return new Map([...before].map(([id, bytes]) => [id, bytes - (after.get(id) ?? 0)]));
}

const mostOf = (layers: Iterable<string>, worth: (id: string) => number) =>
  [...layers].reduce((best, id) => (worth(id) > worth(best) ? id : best));

/**
 * The layer that holds much and costs little: of those that lose little accuracy at 4 bits, the one that saves most there; of
 * equals, the one that is harmed least. Without a table, the one with most to save.
 */
export function invitingLayer(architecture: Architecture, scheme: QuantScheme, entries: ByLayer | undefined): string {
  const saved = savings(architecture, scheme, 4);
  const at4 = (id: string) => entries?.get(id)?.get(4);
  const cheap = [...saved.keys()].filter((id) => (at4(id)?.accuracyChange ?? 0) >= -LITTLE);
  // The harm decides only between sizes that are equal to the byte.
  return mostOf(cheap.length > 0 ? cheap : saved.keys(), (id) => (saved.get(id) ?? 0) - (at4(id)?.lossIncrease ?? 0));
}

/** The layer that costs much and saves nothing: at 2 bits, the most accuracy lost per byte saved. */
export function costlyLayer(architecture: Architecture, scheme: QuantScheme, entries: ByLayer): string {
  const saved = savings(architecture, scheme, 2);
  const lost = (id: string) => -(entries.get(id)?.get(2)?.accuracyChange ?? 0);
  return mostOf(saved.keys(), (id) => lost(id) / Math.max(1, saved.get(id) ?? 0));
}

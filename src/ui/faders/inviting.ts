// Which fader glows at first: the drag that it invites to should show both sides of the trade.
import type { Architecture } from '../../graph/network';
import { uniformPolicy } from '../../graph/policy';
import type { QuantScheme } from '../../quant/registry';
import { costsOf } from '../../store/measure/costs';
import type { ByLayer } from '../../store/measure/harms';

/** Loss increase that is seen on the plot, in nats. */
const SEEN = 0.05;

/**
 * The layer that 2 bits make smallest for the harm they do, among those where the harm is seen: YOU goes left and down. The
 * most sensitive layer would only go down (a first convolution is 1 % of the file), a harmless one only left.
 * Without a table, or where no layer is harmed, the one with most to save.
 */
export function invitingLayer(architecture: Architecture, scheme: QuantScheme, entries: ByLayer | undefined): string {
  const bytes = (bits: 2 | 8) => costsOf(architecture, uniformPolicy(architecture, bits, 8), scheme).layers;
  const [before, after] = [bytes(8), bytes(2)];
  const harm = (id: string) => entries?.get(id)?.get(2)?.lossIncrease ?? 0;
  const gain = (id: string) => (before.get(id) ?? 0) - (after.get(id) ?? 0);
  const layers = [...before.keys()];
  const harmed = layers.filter((id) => harm(id) >= SEEN);
  const worth = (id: string) => gain(id) / (harmed.length > 0 ? harm(id) : 1);
  return (harmed.length > 0 ? harmed : layers).reduce((best, id) => (worth(id) > worth(best) ? id : best));
}

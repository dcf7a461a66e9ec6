// The proxies of a network in use, computed one after another.
import type { QuantScheme } from '../quant/registry';
import { gatherProxies, type ProxyTable } from '../search/proxies/proxies';
import { type Allowed, createSpace } from '../search/space';
import type { LoadedModel } from './loadedModel';
import type { Turn } from './turn';

/** Scheme and widths of the proxies, and the number of training images for proxies that read images. */
export interface ProxyParams {
  readonly scheme: QuantScheme;
  readonly allowed: Allowed;
  readonly images: number;
  readonly seed: number;
}

/** Computes every proxy of a network's layers at the allowed widths. */
export function proxies(
  { calibrated, dataset }: LoadedModel,
  { scheme, allowed, images, seed }: ProxyParams,
  yieldTurn: Turn,
): AsyncGenerator<ProxyTable, void, void> {
  const network = calibrated.base(scheme);
  const space = createSpace(network, scheme, allowed, []);
  return gatherProxies({ space, training: { network, dataset, scheme }, images, seed, yieldTurn });
}

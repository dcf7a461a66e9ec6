// The proxies of a network in use, computed one after another.
import { isRounded } from '../graph/policy';
import { choosesCodes, type QuantScheme } from '../quant/registry';
import { gatherProxies, type ProxyTable } from '../search/proxies/proxies';
import { type Allowed, createSpace } from '../search/space';
import type { LoadedModel } from './loadedModel';
import { resultOf, type Turn } from './turn';

/** Scheme and widths of the proxies, and the number of training images for proxies that read images. */
export interface ProxyParams {
  readonly scheme: QuantScheme;
  readonly allowed: Allowed;
  readonly images: number;
  readonly seed: number;
}

/** Computes every proxy of a network's layers at the allowed widths, rounded as the scheme rounds them. */
export async function* proxies(
  { calibrated, dataset }: LoadedModel,
  { scheme, allowed, images, seed }: ProxyParams,
  yieldTurn: Turn,
): AsyncGenerator<ProxyTable, void, void> {
  const space = createSpace(calibrated.base(scheme), scheme, allowed, []);
  const kept = choosesCodes(scheme) ? calibrated.keptCodes(scheme) : undefined;
  const widths = new Set(space.layers.flatMap(({ choices }) => choices.map(({ weights }) => weights)));
  const network = kept
    ? await resultOf(kept.fill([...widths].filter(isRounded), yieldTurn), async () => {})
    : calibrated.base(scheme);
  yield* gatherProxies({
    space,
    training: { network, dataset, scheme },
    images,
    seed,
    yieldTurn,
    ...(kept && { kept }),
  });
}

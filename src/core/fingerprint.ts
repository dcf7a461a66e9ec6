// The identity of a measurement besides policy and scheme: this network, with this preprocessing, on these images. The
// fingerprint contains no counter, so it stays valid across restarts and visits.
import type { Dataset } from '../data/dataset';
import type { Network, Parameter } from '../graph/network';
import { fingerprint } from '../math/fingerprint';
import { schemeName } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import type { FoundNetwork } from './foundNetwork';

/**
 * Equal for comparable measurements: the same structure and parameters, on the same images with the same preprocessing,
 * and with the same activation ranges if these came with the network.
 */
export function networkFingerprint({ nodes, parameters }: Network, dataset: Dataset, known?: Rounding): string {
  const ranges = known && [known.policy, schemeName(known.scheme), [...known.ranges]];
  return fingerprint([
    JSON.stringify([nodes, dataset.normalization, ranges]),
    dataset.fingerprint,
    ...[...parameters.keys()].sort().flatMap((name) => [name, (parameters.get(name) as Parameter).values]),
  ]);
}

/** The fingerprint of a network in use on images. */
export function foundFingerprint({ network, normalization, known }: FoundNetwork, dataset: Dataset): string {
  return networkFingerprint(network, normalization ? { ...dataset, normalization } : dataset, known);
}

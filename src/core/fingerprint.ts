// What a number that is measured belongs to, besides policy and scheme: this network, with this preprocessing, on these
// images. Nothing that counts up is in it, so that it means the same after a restart and at another visit.
import type { Dataset } from '../data/dataset';
import type { Network, Parameter } from '../graph/network';
import { fingerprint } from '../math/fingerprint';
import { schemeName } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import type { FoundNetwork } from './foundNetwork';

/**
 * Equal where measurements compare: for the same structure and parameters, on the same images prepared in the same way,
 * with the same ranges of activations, where these came with the network.
 */
export function networkFingerprint({ nodes, parameters }: Network, dataset: Dataset, known?: Rounding): string {
  const ranges = known && [known.policy, schemeName(known.scheme), [...known.ranges]];
  return fingerprint([
    JSON.stringify([nodes, dataset.normalization, ranges]),
    dataset.fingerprint,
    ...[...parameters.keys()].sort().flatMap((name) => [name, (parameters.get(name) as Parameter).values]),
  ]);
}

/** The fingerprint that a network has once it is in use on images. */
export function foundFingerprint({ network, normalization, known }: FoundNetwork, dataset: Dataset): string {
  return networkFingerprint(network, normalization ? { ...dataset, normalization } : dataset, known);
}

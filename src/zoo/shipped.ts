// What the site ships for its networks, by network and data set. The page asks for nothing else, so that a file which does
// not come is an error and never "not shipped". The test beside this file holds the lists to the folders.
import type { AnyNetworkId } from './registry';

/**
 * Weights with their card: `public/weights/<name>.safetensors` and `.json`, by version: 1 at first, one more whenever
 * others take their place, since numbers made with them differ. Version 2 of CIFAR-10 has not seen validation images.
 */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['resnet20-cifar10', 2],
  ['resnet20-emoji10', 1],
  ['resnet8-cifar10', 2],
  ['resnet8-emoji10', 1],
  ['tiny-cifar10', 1],
  ['tiny-emoji10', 1],
  ['vgg-small-cifar10', 2],
  ['vgg-small-emoji10', 1],
]);

/** A table of sensitivities and measured policies: `public/precomputed/<name>.json`. */
const RESULTS: ReadonlySet<string> = new Set([
  'resnet20-emoji10',
  'resnet8-cifar10',
  'resnet8-emoji10',
  'tiny-cifar10',
  'tiny-emoji10',
]);

/** How files are named for a network on a data set, e.g. `tiny-emoji10`. */
export function shippedName(network: AnyNetworkId, dataset: string): string {
  return `${network}-${dataset}`;
}

/** True when the site has trained weights for a network on a data set. */
export function hasWeights(network: AnyNetworkId, dataset: string): boolean {
  return WEIGHTS.has(shippedName(network, dataset));
}

/** The version of the weights that the site has; undefined where it has none. */
export function weightsVersion(network: AnyNetworkId, dataset: string): number | undefined {
  return WEIGHTS.get(shippedName(network, dataset));
}

/** True when the site has measured policies for a network on a data set. */
export function hasResults(network: AnyNetworkId, dataset: string): boolean {
  return RESULTS.has(shippedName(network, dataset));
}

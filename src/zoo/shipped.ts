// The files that the site ships, by network and data set. The page requests nothing else, so that a file that fails to load
// is always an error, never "not shipped". A test keeps the lists in sync with the folders.
import type { AnyNetworkId } from './registry';

/**
 * Versions of the weights `public/weights/<name>.safetensors`, each with a card `.json`. A version goes up whenever weights
 * are replaced, because results obtained with them change. Version 2 for CIFAR-10 was not trained on validation images.
 */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['ds-cnn-words12', 1],
  ['lenet5-emoji10', 1],
  ['mobilenet-025-emoji10', 1],
  ['resnet20-cifar10', 2],
  ['resnet20-emoji10', 1],
  ['resnet8-cifar10', 2],
  ['resnet8-emoji10', 1],
  ['tiny-cifar10', 1],
  ['tiny-emoji10', 1],
  ['vgg-small-cifar10', 2],
  ['vgg-small-emoji10', 1],
]);

/** Sensitivity tables and measured policies: `public/precomputed/<name>.json`. */
const RESULTS: ReadonlySet<string> = new Set([
  'resnet20-emoji10',
  'resnet8-cifar10',
  'resnet8-emoji10',
  'tiny-cifar10',
  'tiny-emoji10',
]);

/**
 * Files to try the import with, one of each format: networks trained on Emoji-10, in `public/samples/`. Made by
 * scripts/samples.
 */
export const samples = [
  { format: 'ONNX', files: ['resnet8.onnx'] },
  { format: 'Keras', files: ['tiny.h5'] },
  { format: 'PyTorch', files: ['resnet8.pt'] },
  { format: 'safetensors', files: ['tiny.safetensors'] },
  { format: 'TensorFlow.js', files: ['tiny/model.json', 'tiny/weights.bin'] },
  { format: 'TensorFlow Lite', files: ['tiny.tflite'] },
] as const;

export type Sample = (typeof samples)[number];

/** Base name of the files for a network on a data set, e.g. `tiny-emoji10`. */
export function shippedName(network: AnyNetworkId, dataset: string): string {
  return `${network}-${dataset}`;
}

/** True if the site ships trained weights for a network on a data set. */
export function hasWeights(network: AnyNetworkId, dataset: string): boolean {
  return WEIGHTS.has(shippedName(network, dataset));
}

/** The names of all shipped weights. */
export const shippedNames = (): readonly string[] => [...WEIGHTS.keys()];

/** The version of the shipped weights; undefined if there are none. */
export function weightsVersion(network: AnyNetworkId, dataset: string): number | undefined {
  return WEIGHTS.get(shippedName(network, dataset));
}

/** True if the site ships measured policies for a network on a data set. */
export function hasResults(network: AnyNetworkId, dataset: string): boolean {
  return RESULTS.has(shippedName(network, dataset));
}

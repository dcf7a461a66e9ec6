// Subsets of an image set, and a data set in another order.
import { createRng, mixSeed, shuffle } from '../math/rng';
import type { Dataset, ImageSet } from './dataset';

/** Images `indices` of a set, in this order. */
export function subset(set: ImageSet, indices: Uint32Array): ImageSet {
  return {
    length: indices.length,
    label: (index) => set.label(indices[index]),
    read: (index, target, offset) => set.read(indices[index], target, offset),
  };
}

/**
 * Splits a set randomly into two, the first with `share` of the images, rounded. If the set has at least two images, each
 * part has at least one.
 */
export function splitSet(set: ImageSet, share: number, seed: number): readonly [ImageSet, ImageSet] {
  const order = shuffle(
    Uint32Array.from({ length: set.length }, (_, i) => i),
    createRng(seed),
  );
  const cut = Math.max(1, Math.min(set.length - 1, Math.round(share * set.length)));
  return [subset(set, order.slice(0, cut)), subset(set, order.slice(cut))];
}

/**
 * `dataset` with its training and its validation images shuffled by a seed, so that whoever takes the first images of a split
 * takes others. Each split keeps its images; test images keep their order.
 */
export function shuffledDataset(dataset: Dataset, seed: number): Dataset {
  const inOrder = (set: ImageSet, label: number) =>
    subset(
      set,
      shuffle(
        Uint32Array.from({ length: set.length }, (_, i) => i),
        createRng(mixSeed(seed, label)),
      ),
    );
  const [train, validation] = [inOrder(dataset.train, 0), inOrder(dataset.validation, 1)];
  return { ...dataset, fingerprint: `${dataset.fingerprint}, order ${seed}`, train, validation };
}

// Images whose labels are out of reach: what calibrates or distills works on these, so that it cannot read a label.
import type { Dataset, ImageSet } from '../data/dataset';

/** The same images; every label is 0 and the set's own labels are not asked for. */
export function withoutLabels(set: ImageSet): ImageSet {
  return { length: set.length, label: () => 0, read: (index, target, offset) => set.read(index, target, offset) };
}

/** A data set of which the labels of the training images are out of reach. */
export function unlabeledTraining(dataset: Dataset): Dataset {
  return { ...dataset, train: withoutLabels(dataset.train) };
}

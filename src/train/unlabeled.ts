// Images whose labels are inaccessible: calibration and distillation work on these, so that they cannot read a label.
import type { Dataset, ImageSet } from '../data/dataset';

/** The same images; every label is 0, and the set's own labels are never read. */
export function withoutLabels(set: ImageSet): ImageSet {
  return { length: set.length, label: () => 0, read: (index, target, offset) => set.read(index, target, offset) };
}

/** A data set in which the labels of the training images are inaccessible. */
export function unlabeledTraining(dataset: Dataset): Dataset {
  return { ...dataset, train: withoutLabels(dataset.train) };
}

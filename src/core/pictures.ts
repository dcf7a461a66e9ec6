// Images of a split, for display.
import type { Dataset } from '../data/dataset';
import type { LabeledImage, MeasuredSplit } from './measurement';

/** Thrown for an image that the split does not have. */
export class UnknownImageError extends Error {
  override readonly name = 'UnknownImageError';
}

/**
 * Image `index` of a split, for display.
 * @throws UnknownImageError
 */
export function labeledImage(dataset: Dataset, split: MeasuredSplit, index: number): LabeledImage {
  const { height, width } = dataset;
  const set = dataset[split];
  if (!Number.isInteger(index) || index < 0 || index >= set.length)
    throw new UnknownImageError(`There is no ${split} image ${index}; choose one from 0 to ${set.length - 1}.`);
  const rgb = new Uint8Array(height * width * 3);
  set.read(index, rgb, 0);
  const pixels = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let p = 0; p < height * width; p++) pixels.set(rgb.subarray(p * 3, p * 3 + 3), p * 4);
  return { index, width, height, pixels, label: set.label(index) };
}

// The images that a task looks at, as bytes for whoever measures it elsewhere: the first ones of the validation split, the
// first ones of the training split for calibration, and those that fine-tuning draws. The test split never leaves.
import { epochPlans } from '../data/batch';
import type { Dataset, ImageSet } from '../data/dataset';
import { isAnyNumber, isList, isText, isTuple, isWhole } from '../formats/shape';
import { readState, writeState } from '../formats/stateFile';
import type { Network } from '../graph/network';
import { createRng } from '../math/rng';
import { calibrationOf } from '../quant/registry';
import { reestimationImages } from '../train/batchNorm';
import type { Task } from './crew';

/** Largest side of an image, and most images of a split. */
const LARGEST_SIDE = 1024;
const MOST_IMAGES = 2 ** 24;

/** Indices of images by split, ascending. */
export interface ImagesOfTask {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

const firstOf = (length: number) => Uint32Array.from({ length }, (_, i) => i);

/** The images that a task looks at. */
export function imagesOfTask(
  { scheme, steps, images, batchSize, seed }: Task,
  network: Network,
  dataset: Dataset,
): ImagesOfTask {
  const { train, validation } = dataset;
  const { images: calibration, synthesize = false } = calibrationOf(scheme);
  const seen = Math.max(
    synthesize ? 0 : Math.min(calibration, train.length),
    steps > 0 ? reestimationImages(network, dataset) : 0,
  );
  const drawn: number[] = [];
  if (steps > 0) {
    // As train() draws its only epoch.
    const shown = Math.min(steps * batchSize, train.length);
    const plan = { images: shown, batchSize: Math.min(batchSize, shown), augment: true };
    for (const { indices } of epochPlans(train.length, plan, createRng(seed).fork(0))) drawn.push(...indices);
  }
  return {
    train: Uint32Array.from(new Set([...firstOf(seen), ...drawn])).sort(),
    validation: firstOf(Math.min(images, validation.length)),
  };
}

/** Bytes that sending images takes, each with its index and label. */
export function imageBytes({ train, validation }: ImagesOfTask, { height, width }: Dataset): number {
  return (train.length + validation.length) * (height * width * 3 + 5);
}

function pack(set: ImageSet, indices: Uint32Array, { height, width }: Dataset) {
  const step = height * width * 3;
  const pixels = new Uint8Array(indices.length * step);
  for (const [i, index] of indices.entries()) set.read(index, pixels, i * step);
  return { length: set.length, indices, labels: Uint8Array.from(indices, (index) => set.label(index)), pixels };
}

/** The images of a data set at these indices, with its classes and preprocessing; equal bytes for equal images. */
export function writeImages(dataset: Dataset, { train, validation }: ImagesOfTask): Uint8Array<ArrayBuffer> {
  const { label, fingerprint, classes, height, width, normalization, augmentable } = dataset;
  const facts = { label, fingerprint, classes, height, width, normalization };
  const sent = { ...facts, ...(augmentable === false && { augmentable }) };
  const splits = {
    train: pack(dataset.train, train, dataset),
    validation: pack(dataset.validation, validation, dataset),
  };
  return new Uint8Array(writeState({ ...sent, ...splits }));
}

function unpack(name: string, value: unknown, step: number, classes: number): ImageSet {
  const { length, indices, labels, pixels } = (value ?? {}) as Record<string, unknown>;
  const isSplit =
    isWhole(0, MOST_IMAGES)(length) &&
    indices instanceof Uint32Array &&
    labels instanceof Uint8Array &&
    pixels instanceof Uint8Array;
  if (!isSplit || labels.length !== indices.length || pixels.length !== indices.length * step)
    throw new RangeError(`the ${name} images are not whole`);
  if (!indices.every((index) => index < (length as number)) || !labels.every((label) => label < classes))
    throw new RangeError(`the ${name} images have indices or labels that do not exist`);
  const places = new Map([...indices].map((index, place) => [index, place]));
  const placeOf = (index: number): number => {
    const place = places.get(index);
    if (place === undefined) throw new RangeError(`image ${index} of the ${name} split was not sent`);
    return place;
  };
  return {
    length: length as number,
    label: (index) => labels[placeOf(index)],
    read: (index, target, offset) => {
      const at = placeOf(index) * step;
      target.set(pixels.subarray(at, at + step), offset);
    },
  };
}

/** True for a mean and a standard deviation per channel, of colors or gray. */
export const isNormalization = (value: unknown): value is Dataset['normalization'] => {
  const { mean, std } = (value ?? {}) as Record<string, unknown>;
  return [isTuple(isAnyNumber, isAnyNumber, isAnyNumber), isTuple(isAnyNumber)].some((is) => is(mean) && is(std));
};

/**
 * A data set whose splits hold what was sent; reading any other image throws, and its test split is empty.
 * @throws an error that names what does not fit.
 */
export function readImages(bytes: Uint8Array): Dataset {
  const { label, fingerprint, classes, height, width, normalization, augmentable, train, validation } = (readState(
    bytes,
  ) ?? {}) as Record<string, unknown>;
  const isSide = isWhole(1, LARGEST_SIDE);
  if (
    ![label, fingerprint].every(isText) ||
    !isList(isText)(classes) ||
    !isSide(height) ||
    !isSide(width) ||
    !isNormalization(normalization)
  )
    throw new RangeError('the images do not say what they are');
  const names = classes as string[];
  const step = 3 * (height as number) * (width as number);
  return {
    label: label as string,
    fingerprint: fingerprint as string,
    classes: names,
    height: height as number,
    width: width as number,
    normalization,
    ...(augmentable === false && { augmentable }),
    train: unpack('train', train, step, names.length),
    validation: unpack('validation', validation, step, names.length),
    test: { length: 0, label: () => 0, read: () => {} },
  };
}

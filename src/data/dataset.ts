// A data set: splits of labeled 8-bit RGB images that are read one at a time, so that a split can be bytes of a file
// (CIFAR-10), decoded pictures (a folder) or drawn on demand (Emoji-10).

/** Images of one split. `read` writes h * w * 3 bytes (rows first, RGB interleaved) of image `index` at `offset`. */
export interface ImageSet {
  readonly length: number;
  label(index: number): number;
  read(index: number, target: Uint8Array, offset: number): void;
}

/** A number for each color, or one for gray. */
export type PerChannel = readonly [number, number, number] | readonly [number];

/**
 * Mean and standard deviation of each channel that a network reads, for pixel values scaled to 0..1. With one of each, the
 * network reads the luminance of the colors.
 */
export interface Normalization {
  readonly mean: PerChannel;
  readonly std: PerChannel;
  /**
   * True if each image is then standardized by itself: minus the mean of all its numbers, divided by their deviation, which
   * counts as at least 1 / sqrt(numbers) (TensorFlow's `per_image_standardization`).
   */
  readonly perImage?: boolean;
}

/** Channels that a network reads: 3, or 1 for gray. */
export function channelsOf({ normalization }: Pick<Dataset, 'normalization'>): number {
  return normalization.mean.length;
}

/** Whether training images are to be mirrored and shifted: if asked for, and if that leaves what they show. */
export function augments({ augmentable }: Pick<Dataset, 'augmentable'>, isAskedFor: boolean): boolean {
  return isAskedFor && augmentable !== false;
}

export interface Dataset {
  readonly label: string;
  /** Hash of the source bytes and the seed: equal for equal images in equal splits. */
  readonly fingerprint: string;
  /** Sentences for display on how the data set was read: its origin, files left out. */
  readonly notes?: readonly string[];
  /** Why the user's files could not be stored for the next visit; absent if they were, or need not be. */
  readonly notKept?: string;
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly normalization: Normalization;
  /** Weights are fitted on `train` and choices made on `validation`; `test` is used only for reported numbers. */
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
  /** Test images left out because images of this size would not fit into memory. */
  readonly leftOut?: number;
  /** False if mirroring and shifting would change what an image shows, as in spectrograms; training then shows them as they are. */
  readonly augmentable?: false;
  /** The same images drawn anew, `side` pixels wide and high, where that gives more detail than scaling them. */
  readonly drawnAt?: ((side: number) => Dataset) | undefined;
}

/** A file is not the expected data set. The message says what was expected, what was found and what to do. */
export class DatasetFormatError extends Error {
  override readonly name = 'DatasetFormatError';
}

/** There is nothing to open: no file was given or stored, or a server did not deliver it. The message says what to do. */
export class DatasetMissingError extends Error {
  override readonly name = 'DatasetMissingError';
}

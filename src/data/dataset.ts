// What a data set is to everything below the page: sets of labelled 8-bit RGB images that are read one at a time, so
// that a set may live as bytes of a file (CIFAR-10), be decoded (a folder) or be drawn on demand (Emoji-10).

/** Images of one split. `read` writes h * w * 3 bytes (rows first, RGB interleaved) of image `index` at `offset`. */
export interface ImageSet {
  readonly length: number;
  label(index: number): number;
  read(index: number, target: Uint8Array, offset: number): void;
}

/** Mean and standard deviation of each color channel, for pixel values scaled to 0..1. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

export interface Dataset {
  readonly label: string;
  /** Equal for equal images in equal splits; of the bytes that they come from, and the seed. */
  readonly fingerprint: string;
  /** What the person should know of how it was read: where it came from, files left out. Sentences, for display. */
  readonly notes?: readonly string[];
  /** Why what a person gave could not be kept for the next visit; absent when it was, or needs no keeping. */
  readonly notKept?: string;
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly normalization: Normalization;
  /** Weights are fitted on `train`, choices are made on `validation`, `test` is touched only for the reported number. */
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
}

/** A file that is not the data set it should be: what was expected, what came, what to do. */
export class DatasetFormatError extends Error {
  override readonly name = 'DatasetFormatError';
}

/** There is nothing to open: no file was given and none is kept, or a server does not hand it out. Says what to do. */
export class DatasetMissingError extends Error {
  override readonly name = 'DatasetMissingError';
}

// The type of an entry in the registry of data sets, and the arguments for opening one.
import type { PictureSize } from './pictureSize';

/** A file and its path, e.g. "pets/cat/001.png". */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

/** Source of the images of a data set that is not embedded. `stored` means the copy from an earlier visit. */
export type DataSource =
  | { readonly kind: 'stored' }
  | { readonly kind: 'files'; readonly files: readonly NamedFile[] }
  | { readonly kind: 'url'; readonly url: string };

/** Bytes or images done so far. */
export interface LoadProgress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'images';
}

/** Why a picture cannot be read, worded to follow its name in parentheses. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/**
 * Decodes a picture and scales it to `size`. Returns RGBA, not premultiplied, rows first: `height * width * 4` bytes. Rejects
 * if the file is not a picture, with a PictureError if the reason is known.
 */
export type DecodeImage = (file: Blob, size: PictureSize) => Promise<Uint8Array | Uint8ClampedArray>;

export interface OpenRequest {
  /** Default `stored`; ignored by embedded data sets. */
  readonly source?: DataSource;
  /** Seed of the split into training and validation, or of the images themselves. */
  readonly seed: number;
  /** Reads a file of this site by its path below the root. */
  assets(path: string): Promise<ArrayBuffer>;
  readonly decode: DecodeImage;
  /** Aborts opening, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  report(progress: LoadProgress): void;
}

export interface DatasetDefinition {
  readonly label: string;
  /** One sentence for the menu. */
  readonly summary: string;
  /** License or citation, one line. */
  readonly license: string;
  /** What its images are; absent if only the user knows. */
  readonly shows?: 'pictures' | 'sounds';
  /** True if it ships with the site and needs no source. */
  readonly embedded: boolean;
}

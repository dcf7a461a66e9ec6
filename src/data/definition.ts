// The shape of an entry in the registry of data sets, and what opening one is given.
import type { Dataset } from './dataset';

/** A file and where it lies, e.g. "pets/cat/001.png". */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

/** Where the images come from, when the data set is not embedded. `stored` is what an earlier visit kept. */
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

/** Why a picture is not read, in words to stand in brackets behind its name. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/**
 * Decodes a picture and scales it to 32 x 32. Returns RGBA, not premultiplied, rows first: 4,096 bytes. Rejects when
 * the file is no picture, with a PictureError where it knows more.
 */
export type DecodeImage = (file: Blob) => Promise<Uint8Array | Uint8ClampedArray>;

export interface OpenRequest {
  /** `stored` when absent; ignored by embedded data sets. */
  readonly source?: DataSource;
  /** Seeds the split into training and validation, or the images themselves. */
  readonly seed: number;
  /** Reads a file of this site, by its path below the site's root. */
  assets(path: string): Promise<ArrayBuffer>;
  readonly decode: DecodeImage;
  /** Aborts the opening; it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  report(progress: LoadProgress): void;
}

export interface DatasetDefinition {
  readonly label: string;
  /** One sentence for the menu. */
  readonly summary: string;
  /** License or citation, one line. */
  readonly license: string;
  /** True when it comes with the site and needs no source. */
  readonly embedded: boolean;
  /**
   * @throws DatasetFormatError when a file is not what it should be
   * @throws DatasetMissingError when there is nothing to open
   */
  open(request: OpenRequest): Promise<Dataset>;
}

// Images of MNIST and others of its format as a data set: gray or in color, of any size. Spectrograms of words (49 x 10) are gray
// images, too. Reading the files is in idxFiles.ts.
import { fingerprint } from '../math/fingerprint';
import { createRng, shuffle } from '../math/rng';
import { type Dataset, DatasetFormatError, type ImageSet } from './dataset';
import { normalizationOf } from './folder';
import { join } from './gzip';

/** Training images from which mean and deviation are measured. */
const measuredImages = 2000;

/** Images of one pair of files: `pixels` is `[n, height, width, channels]`. */
export interface IdxImages {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** All images that were read; with one pair of files, `test` is absent. */
export interface IdxFiles {
  readonly label: string;
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly train: IdxImages;
  readonly test?: IdxImages;
  readonly notes: readonly string[];
}

/** Images `order` of a pair; gray ones have three equal colors. */
function setOf({ pixels, labels }: IdxImages, order: Uint32Array, channels: number): ImageSet {
  const step = pixels.length / labels.length;
  return {
    length: order.length,
    label: (index) => labels[order[index]],
    read(index, target, offset) {
      const image = pixels.subarray(order[index] * step, (order[index] + 1) * step);
      if (channels === 3) target.set(image, offset);
      else
        for (let i = 0, to = offset; i < step; i++, to += 3) {
          target[to] = image[i];
          target[to + 1] = image[i];
          target[to + 2] = image[i];
        }
    },
  };
}

/** The data set, split by `seed`: a tenth of the training images is for validation; without test files 15 % are for each. */
export function idxDataset(
  { label, classes, height, width, channels, train, test, notes }: IdxFiles,
  seed: number,
): Dataset {
  const n = train.labels.length;
  const order = shuffle(
    Uint32Array.from({ length: n }, (_, i) => i),
    createRng(seed),
  );
  const share = (of: number) => Math.min(Math.max(1, Math.floor(of * n)), Math.floor(n / 3));
  const held = share(test ? 0.1 : 0.15);
  if (held < 1)
    throw new DatasetFormatError(`There are only ${n} images to train on; at least 3 are needed, one for each split.`);
  const tested = test ? 0 : held;
  const set = (indices: Uint32Array) => setOf(train, indices, channels);
  const training = set(order.subarray(held + tested));
  return {
    fingerprint: fingerprint([train.labels, train.pixels, ...(test ? [test.labels, test.pixels] : []), `seed ${seed}`]),
    label: `${label}${label.startsWith('IDX') ? `, ${(n + (test?.labels.length ?? 0)).toLocaleString('en-US')} images` : ''}`,
    notes,
    classes,
    height,
    width,
    normalization: normalizationOf(firstImages(training, height * width * 3)),
    train: training,
    validation: set(order.subarray(tested, tested + held)),
    test: test ? setOf(test, Uint32Array.from(test.labels.keys()), channels) : set(order.subarray(0, tested)),
  };
}

function firstImages(set: ImageSet, step: number): Uint8Array {
  const n = Math.min(measuredImages, set.length);
  const bytes = new Uint8Array(n * step);
  for (let i = 0; i < n; i++) set.read(i, bytes, i * step);
  return bytes;
}

/** What is stored beside the bytes. */
type IdxFacts = Pick<IdxFiles, 'label' | 'classes' | 'height' | 'width' | 'channels'> & {
  readonly train: number;
  readonly test: number;
};

/** The facts and bytes to store: labels and pixels of the training files, then of the test files. */
export function packIdx({ train, test, label, classes, height, width, channels }: IdxFiles) {
  const parts = [train, ...(test ? [test] : [])].flatMap(({ labels, pixels }) => [labels, pixels]);
  const facts: IdxFacts = {
    ...{ label, classes, height, width, channels },
    ...{ train: train.labels.length, test: test?.labels.length ?? 0 },
  };
  return {
    facts,
    bytes: join(
      parts,
      parts.reduce((sum, { length }) => sum + length, 0),
    ),
  };
}

/** Reverses `packIdx`. */
export function unpackIdx(stored: unknown, bytes: Uint8Array): IdxFiles {
  const { train, test, ...facts } = stored as IdxFacts;
  const step = facts.height * facts.width * facts.channels;
  const part = (from: number, n: number): IdxImages => ({
    labels: bytes.subarray(from, from + n),
    pixels: bytes.subarray(from + n, from + n * (1 + step)),
  });
  if (bytes.length !== (train + test) * (1 + step))
    throw new DatasetFormatError('The stored images are from another version. Drop their files again.');
  return {
    ...facts,
    train: part(0, train),
    ...(test > 0 && { test: part(train * (1 + step), test) }),
    notes: ['Kept from an earlier visit.'],
  };
}

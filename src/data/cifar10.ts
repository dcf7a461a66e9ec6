// CIFAR-10 from its binary records: 1 label byte and 32 x 32 pixels as three planes, red, green, blue, rows first. Finding
// and fetching the files is in cifarFiles.ts.
// Reference: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
import { fingerprint } from '../math/fingerprint';
import { createRng, shuffle } from '../math/rng';
import type { CifarVersion } from './cifarFiles';
import { type Dataset, DatasetFormatError, type ImageSet } from './dataset';
import { emojiClasses } from './emojiSprites';

/** Files of the binary version, in the order of their records. */
export const cifarBatches = [
  'data_batch_1.bin',
  'data_batch_2.bin',
  'data_batch_3.bin',
  'data_batch_4.bin',
  'data_batch_5.bin',
  'test_batch.bin',
] as const;

export type CifarBatch = (typeof cifarBatches)[number];

const plane = 32 * 32;
export const recordBytes = 1 + 3 * plane;
/** Images per batch of the official archive; the maximum. */
const fullBatch = 10_000;

export const cifar10: CifarVersion = {
  label: 'CIFAR-10',
  archive: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  megabytes: 170,
  // As quoted by TensorFlow Datasets and others.
  official: { bytes: 170_052_171, sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd' },
  files: cifarBatches,
  largestFile: fullBatch * recordBytes,
  pickled: 'data_batch_1',
  join: joinBatches,
};

/**
 * Joins the six batches into one array, in the order of `cifarBatches`, after checking every record. Batches smaller
 * than the official ones are accepted if all six have the same number of images (samples for tests and trials).
 * @throws DatasetFormatError naming the batch that is missing, the file of the wrong size or the record at fault.
 */
export function joinBatches(batches: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const missing = cifarBatches.filter((name) => !batches.has(name));
  if (missing.length > 0) {
    throw new DatasetFormatError(
      `CIFAR-10: ${missing.join(', ')} not found. Expected all six of ${cifarBatches[0]} ... ${cifarBatches[4]} and ` +
        `${cifarBatches[5]}; choose cifar-10-binary.tar.gz or its whole unpacked folder (the binary version).`,
    );
  }
  const counts = cifarBatches.map((name) => countRecords(name, batches.get(name)?.length ?? 0));
  const odd = counts.findIndex((count) => count !== counts[0]);
  if (odd > 0) {
    throw new DatasetFormatError(
      `CIFAR-10: ${cifarBatches[odd]} has ${counts[odd]} images, but ${cifarBatches[0]} has ${counts[0]}; all six ` +
        'batches should have the same number. One of them is truncated; download the archive again.',
    );
  }
  const records = new Uint8Array(counts.length * counts[0] * recordBytes);
  cifarBatches.forEach((name, b) => {
    records.set(batches.get(name) as Uint8Array, b * counts[0] * recordBytes);
  });
  checkRecords(records);
  return records;
}

function countRecords(name: string, bytes: number): number {
  const count = bytes / recordBytes;
  if (Number.isInteger(count) && count >= 1 && count <= fullBatch) return count;
  throw new DatasetFormatError(
    `CIFAR-10: ${name} has ${bytes} bytes. Expected ${fullBatch * recordBytes} (${fullBatch} records of ` +
      `${recordBytes} bytes), or a smaller whole number of records. ` +
      (bytes % recordBytes === 0 || bytes > fullBatch * recordBytes
        ? 'This is not a batch of the binary version of CIFAR-10.'
        : 'The file is truncated, or not from the binary version of CIFAR-10; download it again.'),
  );
}

/** @throws DatasetFormatError for the first label that is not 0 ... 9, or if `records` are not six equal batches. */
export function checkRecords(records: Uint8Array): void {
  const perBatch = records.length / recordBytes / cifarBatches.length;
  if (!Number.isInteger(perBatch) || perBatch < 1) {
    throw new DatasetFormatError(`CIFAR-10: ${records.length} bytes are not six batches of whole records.`);
  }
  for (let at = 0, i = 0; at < records.length; at += recordBytes, i++) {
    if (records[at] > 9) {
      throw new DatasetFormatError(
        `CIFAR-10: record ${i % perBatch} of ${cifarBatches[Math.floor(i / perBatch)]} has the label ${records[at]}, ` +
          'expected 0 to 9. This is another data set of the same size (CIFAR-100?) or the file is damaged.',
      );
    }
  }
}

/** The same split for everyone: the shipped weights were trained on its training images only. */
const SPLIT_SEED = 1;

/**
 * The data set of checked records. A tenth of the training records becomes the validation split: always the same tenth,
 * whatever the seed of the run, which `scripts/zoo/train.py` holds out. Test records keep the order of the file.
 */
export function cifarDataset(records: Uint8Array, notes: readonly string[] = []): Dataset {
  const count = records.length / recordBytes;
  const perBatch = count / cifarBatches.length;
  const trainRecords = count - perBatch;
  const order = shuffle(
    Uint32Array.from({ length: trainRecords }, (_, i) => i),
    createRng(SPLIT_SEED),
  );
  const validation = Math.floor(trainRecords / 10);
  const test = Uint32Array.from({ length: perBatch }, (_, i) => trainRecords + i);
  return {
    fingerprint: fingerprint([records, `seed ${SPLIT_SEED}`]),
    label: perBatch === fullBatch ? 'CIFAR-10' : `CIFAR-10, a part of ${count.toLocaleString('en-US')} images`,
    notes,
    classes: emojiClasses,
    height: 32,
    width: 32,
    normalization: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
    train: recordSet(records, order.subarray(validation)),
    validation: recordSet(records, order.subarray(0, validation)),
    test: recordSet(records, test),
  };
}

/** The records `order` as images; `labelBytes` labels come before the pixels of each, of which the last counts. */
export function recordSet(records: Uint8Array, order: Uint32Array, labelBytes = 1): ImageSet {
  const step = labelBytes + 3 * plane;
  return {
    length: order.length,
    label: (index) => records[order[index] * step + labelBytes - 1],
    read(index, target, offset) {
      let from = order[index] * step + labelBytes;
      const end = offset + 3 * plane;
      for (let at = offset; at < end; at += 3, from++) {
        target[at] = records[from];
        target[at + 1] = records[from + plane];
        target[at + 2] = records[from + 2 * plane];
      }
    },
  };
}

import { expect, test } from 'vitest';
import { DatasetFormatError, type ImageSet } from './dataset';
import { idxDataset, packIdx, unpackIdx } from './idx';
import { readIdxFiles } from './idxFiles';
import { gzipOf } from './tarWriter.testing';

/** An IDX file of bytes. */
function idx(dims: readonly number[], byte: (i: number) => number): Uint8Array<ArrayBuffer> {
  const size = dims.reduce((product, d) => product * d, 1);
  const bytes = new Uint8Array(4 + 4 * dims.length + size);
  bytes.set([0, 0, 8, dims.length]);
  for (const [i, d] of dims.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * i, d);
  for (let i = 0; i < size; i++) bytes[4 + 4 * dims.length + i] = byte(i);
  return bytes;
}

const watch = { signal: new AbortController().signal, report: () => {} };
const read = (files: Record<string, Uint8Array<ArrayBuffer>>) =>
  readIdxFiles(
    Object.entries(files).map(([path, bytes]) => ({ path, file: new Blob([bytes]) })),
    watch,
  );
const fails = (files: Record<string, Uint8Array<ArrayBuffer>>) =>
  read(files).then(
    () => 'did not fail',
    (error: Error) => {
      expect(error).toBeInstanceOf(DatasetFormatError);
      return error.message;
    },
  );
/** Pixel p of image i is i + p, and its label i % 3. */
const images = (n: number, h = 5, w = 4) => idx([n, h, w], (i) => (Math.floor(i / (h * w)) + (i % (h * w))) & 255);
const labels = (n: number, classes = 3) => idx([n], (i) => i % classes);
const pixelsOf = (set: ImageSet, index: number, length: number) => {
  const target = new Uint8Array(length + 2).fill(99);
  set.read(index, target, 1);
  expect([target[0], target[length + 1]]).toEqual([99, 99]);
  return [...target.subarray(1, -1)];
};

test('files of training and test images become gray images of three equal colors, gzipped or not', async () => {
  const files = await read({
    't10k-images-idx3-ubyte.gz': await gzipOf(images(6)),
    'train-labels-idx1-ubyte': labels(30),
    'train-images-idx3-ubyte': images(30),
    't10k-labels-idx1-ubyte': labels(6),
    'readme.txt': new TextEncoder().encode('hello'),
  });
  const dataset = idxDataset(files, 1);
  expect(dataset).toMatchObject({ height: 5, width: 4, classes: ['0', '1', '2'], label: 'IDX, 3 classes, 36 images' });
  expect([dataset.train.length, dataset.validation.length, dataset.test.length]).toEqual([27, 3, 6]);
  const expected = Array.from({ length: 60 }, (_, i) => 4 + Math.floor(i / 3));
  expect(pixelsOf(dataset.test, 4, 60)).toEqual(expected);
  expect(dataset.test.label(4)).toBe(1);
  const seen = [dataset.train, dataset.validation].flatMap((set) =>
    Array.from({ length: set.length }, (_, i) => {
      const [first] = pixelsOf(set, i, 60);
      expect(set.label(i)).toBe(first % 3);
      return first;
    }),
  );
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  const { facts, bytes } = packIdx(files);
  const again = idxDataset(unpackIdx(JSON.parse(JSON.stringify(facts)), bytes), 1);
  expect(again.fingerprint).toBe(dataset.fingerprint);
  expect(pixelsOf(again.test, 4, 60)).toEqual(expected);
  expect(() => unpackIdx(facts, bytes.subarray(1))).toThrow(/Drop their files again/);
});

test('one pair is split, colors stay, labels may begin at 1, and MNIST is known by its labels', async () => {
  const [digits, fashion] = ['5041921314', '9003027255'].map((first) => idx([30], (i) => Number(first[i] ?? i % 10)));
  const dataset = idxDataset(await read({ 'a-images.idx': images(30, 28, 28), 'b-labels.idx': digits }), 1);
  expect(dataset.label).toBe('MNIST');
  expect([dataset.train.length, dataset.validation.length, dataset.test.length]).toEqual([22, 4, 4]);
  expect((await read({ images: images(30), labels: fashion })).classes[9]).toBe('ankle boot');
  const color = idx([6, 4, 4, 3], (i) => i & 255);
  const letters = await read({ images: color, labels: idx([6], (i) => 1 + (i % 2)) });
  expect(letters).toMatchObject({ classes: ['1', '2'], channels: 3 });
  const { test: one } = idxDataset(letters, 3);
  const [start] = pixelsOf(one, 0, 48);
  expect(pixelsOf(one, 0, 48)).toEqual(Array.from({ length: 48 }, (_, i) => start + i));
});

test('wrong files are named, with what is wrong', async () => {
  expect(await fails({ images: images(9) })).toMatch(/images without labels .*\(images\).*t10k-labels/);
  expect(await fails({ 'a.txt': new TextEncoder().encode('x') })).toMatch(/no IDX file/);
  expect(await fails({ images: images(9), labels: labels(8) })).toMatch(/images holds 9 images, and labels 8 labels/);
  expect(await fails({ images: images(9).subarray(0, 100), labels: labels(9) })).toMatch(
    /images: its header states 9 x 5 x 4 = 180 bytes, and 84 follow. The file is cut short/,
  );
  expect(await fails({ images: Uint8Array.of(0, 0, 8, 3, 0, 0), labels: labels(9) })).toMatch(/a header of 16 bytes/);
  const cut = (await gzipOf(images(9))).subarray(0, 60);
  expect(await fails({ 'images.gz': cut, labels: labels(9) })).toMatch(
    /images.gz: the gzip data is damaged or cut short/,
  );
  const float = images(9);
  float[2] = 0x0d;
  expect(await fails({ images: float, labels: labels(9) })).toMatch(/IDX type 0x0d; bytes \(0x08\) can be read/);
  expect(await fails({ images: images(9, 2, 2), labels: labels(9) })).toMatch(/dimensions are 9 x 2 x 2/);
  const wild = labels(9);
  wild[8 + 4] = 200;
  expect(await fails({ images: images(9), labels: wild })).toMatch(/labels: label 4 is 200. Labels run from 0 or 1/);
  expect(await fails({ images: images(9), labels: labels(9, 1) })).toMatch(/All labels are 0/);
  expect(
    await fails({
      ...{ 'train-images': images(9), 'train-labels': labels(9) },
      ...{ 'test-images': images(9, 6, 6), 'test-labels': labels(9) },
    }),
  ).toMatch(/test-images holds images of 6 x 6, and train-images of 5 x 4/);
});

// Opens two thousand corrupted copies of each data set's files. Every run has a new seed, which is logged; LAW_SEED sets it.
import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { expect, test } from 'vitest';
import { fuzzBytes } from '../formats/import/fuzz.testing';
import { joinBytes } from '../formats/joinBytes';
import { cifar10, cifarBatches, cifarDataset, recordBytes } from './cifar10';
import { cifar100, cifar100Dataset } from './cifar100';
import { readCifarFiles } from './cifarFiles';
import { DatasetFormatError, DatasetMissingError } from './dataset';
import { openEmoji10 } from './emoji10';
import { idxDataset } from './idx';
import { readIdxFiles } from './idxFiles';
import { pictureSize } from './pictureSize';
import { gzipOf, tarOf } from './tarWriter.testing';

const SEED = Number(env.LAW_SEED ?? Date.now() % 1_000_000);
const OPTIONS = { runs: 2000, seed: SEED };
const ERRORS = [DatasetFormatError, DatasetMissingError];
const watch = { signal: new AbortController().signal, report: () => {} };
const batch = (b: number) =>
  Uint8Array.from({ length: 20 * recordBytes }, (_, i) => (i % recordBytes === 0 ? (b + i) % 10 : i & 255));
const named = cifarBatches.map((name, b) => ({ name, bytes: batch(b) }));

/** Also builds the data set, so that a wrong label shows. */
async function open(files: { readonly path: string; readonly file: Blob }[]) {
  const { records } = await readCifarFiles(files, watch, cifar10);
  const { test: images } = cifarDataset(records);
  images.read(images.length - 1, new Uint8Array(3072), 0);
}

test(`CIFAR-10 of seed ${SEED}: its archive, packed and not, and a batch`, { timeout: 0 }, async () => {
  const tar = tarOf(named);
  const archive = (name: string) => (bytes: Uint8Array<ArrayBuffer>) => open([{ path: name, file: new Blob([bytes]) }]);
  expect(await fuzzBytes(archive('cifar-10-binary.tar'), tar, ERRORS, OPTIONS)).toBeGreaterThan(0);
  await fuzzBytes(archive('cifar-10-binary.tar.gz'), await gzipOf(tar), ERRORS, OPTIONS);
  const [first, ...others] = named.map(({ name, bytes }) => ({ path: name, file: new Blob([bytes]), bytes }));
  const broken = (bytes: Uint8Array<ArrayBuffer>) => open([{ ...first, file: new Blob([bytes]) }, ...others]);
  expect(await fuzzBytes(broken, first.bytes, ERRORS, OPTIONS)).toBeGreaterThan(0);
});

test(`CIFAR-100 of seed ${SEED}: its archive, and the file of training images`, { timeout: 0 }, async () => {
  const records = Uint8Array.from({ length: 20 * 3074 }, (_, i) => (i % 3074 < 2 ? (i % 3074) * 7 : i & 255));
  const open = async (files: { readonly path: string; readonly file: Blob }[]) => {
    const { test: images } = cifar100Dataset((await readCifarFiles(files, watch, cifar100)).records);
    images.read(images.length - 1, new Uint8Array(3072), 0);
  };
  const tar = tarOf(['train.bin', 'test.bin'].map((name) => ({ name, bytes: records })));
  const archive = (bytes: Uint8Array<ArrayBuffer>) => open([{ path: 'cifar-100.tar', file: new Blob([bytes]) }]);
  expect(await fuzzBytes(archive, tar, ERRORS, OPTIONS)).toBeGreaterThan(0);
  const tested = { path: 'test.bin', file: new Blob([records]) };
  const broken = (bytes: Uint8Array<ArrayBuffer>) => open([{ path: 'train.bin', file: new Blob([bytes]) }, tested]);
  expect(await fuzzBytes(broken, records, ERRORS, OPTIONS)).toBeGreaterThan(0);
});

test(`IDX of seed ${SEED}: images, also gzipped, and labels`, { timeout: 0 }, async () => {
  const idx = (dims: readonly number[]) => {
    const head = new DataView(new ArrayBuffer(4 + 4 * dims.length));
    head.setUint32(0, 0x0800 + dims.length);
    for (const [i, d] of dims.entries()) head.setUint32(4 + 4 * i, d);
    const size = dims.reduce((product, d) => product * d, 1);
    return joinBytes([new Uint8Array(head.buffer), Uint8Array.from({ length: size }, (_, i) => i % 10)]);
  };
  const [images, labels] = [idx([60, 28, 28]), idx([60])];
  const open = async (pixels: Uint8Array<ArrayBuffer>, classes: Uint8Array<ArrayBuffer>) => {
    const files = [
      { path: 'train-images-idx3-ubyte', file: new Blob([pixels]) },
      { path: 'train-labels-idx1-ubyte', file: new Blob([classes]) },
    ];
    const { train, height, width } = idxDataset(await readIdxFiles(files, watch), 1);
    train.read(train.length - 1, new Uint8Array(3 * height * width), 0);
  };
  const small = { ...OPTIONS, headEnd: 16 };
  expect(await fuzzBytes((bytes) => open(bytes, labels), images, ERRORS, small)).toBeGreaterThan(0);
  expect(await fuzzBytes((bytes) => open(images, bytes), labels, ERRORS, small)).toBeGreaterThan(0);
  await fuzzBytes((bytes) => open(bytes, labels), await gzipOf(images), ERRORS, small);
});

test(`Emoji-10's artwork of seed ${SEED}`, { timeout: 0 }, async () => {
  const sprites = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
  await fuzzBytes((bytes) => openEmoji10(bytes.buffer), sprites, ERRORS, OPTIONS);
});

test(`sizes of pictures of seed ${SEED}`, async () => {
  const picture = (name: string) => readFileSync(new URL(`../node/fixtures/${name}`, import.meta.url));
  for (const name of ['drawing.png', 'drawing.jpg', 'drawing.webp'])
    expect(await fuzzBytes(pictureSize, picture(name), [], { ...OPTIONS, headEnd: 64 })).toBe(OPTIONS.runs);
});

// Opens two thousand corrupted copies of each data set's files. Every run has a new seed, which is logged; LAW_SEED sets it.
import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { expect, test } from 'vitest';
import { fuzzBytes } from '../formats/import/fuzz.testing';
import { cifar10, cifarBatches, cifarDataset, recordBytes } from './cifar10';
import { readCifarFiles } from './cifarFiles';
import { DatasetFormatError, DatasetMissingError } from './dataset';
import { openEmoji10 } from './emoji10';
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

test(`Emoji-10's artwork of seed ${SEED}`, { timeout: 0 }, async () => {
  const sprites = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
  await fuzzBytes((bytes) => openEmoji10(bytes.buffer), sprites, ERRORS, OPTIONS);
});

test(`sizes of pictures of seed ${SEED}`, async () => {
  const picture = (name: string) => readFileSync(new URL(`../node/fixtures/${name}`, import.meta.url));
  for (const name of ['drawing.png', 'drawing.jpg', 'drawing.webp'])
    expect(await fuzzBytes(pictureSize, picture(name), [], { ...OPTIONS, headEnd: 64 })).toBe(OPTIONS.runs);
});

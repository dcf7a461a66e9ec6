import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { byteSet } from './byteSet';
import { type Dataset, DatasetFormatError, type ImageSet } from './dataset';
import { openEmoji10 } from './emoji10';
import { emojiClasses, readSprites, type Sprite } from './emojiSprites';
import { fitDataset } from './fit';

const file = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const splits = ['train', 'validation', 'test'] as const;

function image(set: ImageSet, index: number): Uint8Array {
  const pixels = new Uint8Array(3072);
  set.read(index, pixels, 0);
  return pixels;
}

/** FNV-1a of labels and pixels of the first `count` images. */
function checksum(set: ImageSet, count: number): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) {
    for (const byte of [set.label(i), ...image(set, i)]) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

let dataset: Dataset;
let sprites: readonly Sprite[];
beforeAll(async () => {
  dataset = await openEmoji10(bytes);
  sprites = await readSprites(bytes);
});

describe('images', () => {
  // If these numbers change, so do the images: all shipped accuracies and weights for Emoji-10 must be remade.
  test.each([
    ['train', '9f8e8706'],
    ['validation', 'ed79c1e3'],
    ['test', 'ec3cdcfb'],
  ] as const)('the first 100 of %s are unchanged', (split, expected) => {
    expect(checksum(dataset[split], 100)).toBe(expected);
  });

  test('depend on seed, split and index, not on the order of reading or the size of the split', async () => {
    const other = await openEmoji10(bytes, { sizes: { train: 500 } });
    expect(image(other.train, 400)).toEqual(image(dataset.train, 400));
    expect(image(other.train, 3)).toEqual(image(dataset.train, 3));
    const reseeded = await openEmoji10(bytes, { seed: 2 });
    expect(image(reseeded.train, 3)).not.toEqual(image(dataset.train, 3));
    expect(new Set([dataset, other, reseeded].map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(image(dataset.test, 3)).not.toEqual(image(dataset.validation, 3));
  });

  test('are written at the offset and nowhere else', () => {
    const target = new Uint8Array(3 * 3072).fill(7);
    dataset.test.read(5, target, 3072);
    expect(target.subarray(3072, 6144)).toEqual(image(dataset.test, 5));
    expect(target.subarray(0, 3072).every((b) => b === 7)).toBe(true);
    expect(target.subarray(6144).every((b) => b === 7)).toBe(true);
  });

  test('outside the split cause an error', () => {
    expect(() => image(dataset.test, 2000)).toThrow(RangeError);
    expect(() => image(dataset.test, -1)).toThrow(RangeError);
  });

  test('have the mean and deviation that the data set states', () => {
    const sum = [0, 0, 0];
    const squares = [0, 0, 0];
    for (let i = 0; i < 2000; i++) {
      image(dataset.train, i).forEach((byte, k) => {
        sum[k % 3] += byte / 255;
        squares[k % 3] += (byte / 255) ** 2;
      });
    }
    for (let c = 0; c < 3; c++) {
      const mean = sum[c] / (2000 * 1024);
      expect(mean).toBeCloseTo(dataset.normalization.mean[c], 3);
      expect(Math.sqrt(squares[c] / (2000 * 1024) - mean ** 2)).toBeCloseTo(dataset.normalization.std[c], 3);
    }
  });
});

test('larger images show the same compositions in more detail', () => {
  const { normalization } = dataset;
  const read = (height: number, width: number, index: number) => {
    const { test } = fitDataset(dataset, { height, width, normalization });
    const pixels = new Uint8Array(height * width * 3);
    test.read(index, pixels, 0);
    return byteSet(pixels, Uint8Array.of(test.label(index)));
  };
  const distance = (a: Uint8Array, b: Uint8Array) =>
    a.reduce((sum, byte, i) => sum + Math.abs(byte - b[i]), 0) / a.length;
  for (const [height, width] of [
    [96, 96],
    [224, 224],
    [49, 64],
  ])
    for (let index = 0; index < 10; index++) {
      const large = read(height, width, index);
      const parts = { train: large, validation: large, test: large, height, width };
      const small = fitDataset({ ...dataset, ...parts, drawnAt: undefined }, { height: 32, width: 32, normalization });
      const of = (set: ImageSet, i: number) => distance(image(small.test, 0), image(set, i));
      expect(large.label(0)).toBe(dataset.test.label(index));
      // The noise of the small image, up to 9 levels, is averaged away in the large one.
      expect(of(dataset.test, index)).toBeLessThan(15);
      expect(of(dataset.test, index)).toBeLessThan(of(dataset.test, index + 10) / 2);
    }
});

describe('splits', () => {
  test('have the stated sizes', () => {
    expect(splits.map((split) => dataset[split].length)).toEqual([20000, 2000, 2000]);
  });

  test('are balanced in every ten consecutive images', () => {
    for (const split of splits) {
      for (let start = 0; start < dataset[split].length; start += 10) {
        const labels = Array.from({ length: 10 }, (_, i) => dataset[split].label(start + i));
        expect(labels.sort()).toEqual([...emojiClasses.keys()]);
      }
    }
  });

  test('hold out some drawings of every class', () => {
    const names = sprites.map(({ style, glyph }) => `${style}/${glyph}`);
    expect(new Set(names).size).toBe(names.length);
    for (const split of splits) {
      const classes = sprites.filter((sprite) => sprite.split === split).map((sprite) => sprite.class);
      expect(new Set(classes).size).toBe(10);
    }
    const pictures = sprites.map(({ full }) => full.pixels.join());
    expect(new Set(pictures).size).toBe(pictures.length);
  });
});

describe('the sprite file', () => {
  test('is refused if truncated or of another format', async () => {
    await expect(readSprites(bytes.slice(0, bytes.byteLength >> 1))).rejects.toThrow(DatasetFormatError);
    await expect(readSprites(new TextEncoder().encode('<!doctype html>').buffer)).rejects.toThrow(/expected a sprite/);
    await expect(readSprites(new ArrayBuffer(0))).rejects.toThrow(DatasetFormatError);
  });
});

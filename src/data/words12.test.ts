import { expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { RATE } from './cepstra';
import { augments, type ImageSet } from './dataset';
import { speak } from './speech';
import { openWords12, spectrogram } from './words12';

const splits = ['train', 'validation', 'test'] as const;
const words = openWords12();
const BYTES = 3 * words.height * words.width;

function image(set: ImageSet, index: number): Uint8Array {
  const pixels = new Uint8Array(BYTES);
  set.read(index, pixels, 0);
  return pixels;
}

/** FNV-1a of labels and pixels of the first `count` images. */
function checksum(set: ImageSet, count: number): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++)
    for (const byte of [set.label(i), ...image(set, i)]) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

// If these numbers change, so do the images: the shipped accuracy and weights for Words-12 must be remade.
test.each([
  ['train', 'f25a8525'],
  ['validation', '246c5d73'],
  ['test', '5cc81507'],
] as const)('the first 24 of %s are unchanged', (split, expected) => {
  expect(checksum(words[split], 24)).toBe(expected);
});

test('images depend on seed, split and index, not on the order of reading or the size of the split', () => {
  const other = openWords12({ sizes: { train: 500 } });
  expect(image(other.train, 40)).toEqual(image(words.train, 40));
  expect(image(other.train, 3)).toEqual(image(words.train, 3));
  const reseeded = openWords12({ seed: 2 });
  expect(image(reseeded.train, 3)).not.toEqual(image(words.train, 3));
  expect(image(words.test, 3)).not.toEqual(image(words.validation, 3));
  expect(new Set([words, other, reseeded].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  expect(() => image(words.test, 2000)).toThrow(RangeError);
});

test('images are gray, and are written at the offset and nowhere else', () => {
  const target = new Uint8Array(3 * BYTES).fill(7);
  words.test.read(5, target, BYTES);
  const found = target.subarray(BYTES, 2 * BYTES);
  expect(found).toEqual(image(words.test, 5));
  expect([...target.subarray(0, BYTES), ...target.subarray(2 * BYTES)].every((byte) => byte === 7)).toBe(true);
  for (let i = 0; i < BYTES; i += 3) expect(new Set(found.subarray(i, i + 3)).size).toBe(1);
});

test('splits have the stated sizes and are balanced in every twelve consecutive images', () => {
  expect(splits.map((split) => words[split].length)).toEqual([12000, 2000, 2000]);
  expect(words.classes).toHaveLength(12);
  for (const split of splits)
    for (let start = 0; start + 12 <= words[split].length; start += 12) {
      const labels = Array.from({ length: 12 }, (_, i) => words[split].label(start + i));
      expect(labels.sort((a, b) => a - b)).toEqual([...words.classes.keys()]);
    }
});

test('bytes have about the mean and deviation that the data set states, and few are clipped', () => {
  const bytes = Array.from({ length: 240 }, (_, i) => [...image(words.train, i)]).flat();
  const mean = bytes.reduce((sum, byte) => sum + byte / 255, 0) / bytes.length;
  const deviation = Math.sqrt(bytes.reduce((sum, byte) => sum + (byte / 255 - mean) ** 2, 0) / bytes.length);
  expect(Math.abs(mean - words.normalization.mean[0])).toBeLessThan(0.01);
  expect(Math.abs(deviation - words.normalization.std[0])).toBeLessThan(0.01);
  expect(bytes.filter((byte) => byte === 0 || byte === 255).length / bytes.length).toBeLessThan(0.02);
});

test('a voice never overflows, and says another word otherwise', () => {
  for (let seed = 0; seed < 20; seed++) {
    const sound = speak(['g', 'o', 'r', 'a'], createRng(seed));
    expect(sound).toHaveLength(RATE);
    expect(sound.every((x) => Math.abs(x) < 1)).toBe(true);
    expect(spectrogram(sound)).not.toEqual(spectrogram(speak(['k', 'i', 'm', 'i'], createRng(seed))));
  }
});

test('training shows spectrograms as they are', () => {
  expect(augments(words, true)).toBe(false);
  expect(augments({}, true)).toBe(true);
  expect(augments({}, false)).toBe(false);
});

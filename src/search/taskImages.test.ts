import { expect, test } from 'vitest';
import { openWords12 } from '../data/words12';
import { readImages, writeImages } from './taskImages';

test('images that are sent say whether they may be mirrored and shifted', () => {
  const words = openWords12({ sizes: { train: 4, validation: 2 } });
  const chosen = { train: Uint32Array.of(1, 3), validation: Uint32Array.of(0) };
  const sent = readImages(writeImages(words, chosen));
  expect(sent.augmentable).toBe(false);
  const pixels = [new Uint8Array(1470), new Uint8Array(1470)];
  words.train.read(3, pixels[0], 0);
  sent.train.read(3, pixels[1], 0);
  expect(pixels[1]).toEqual(pixels[0]);
  const { augmentable: _, ...others } = words;
  expect(readImages(writeImages(others, chosen))).not.toHaveProperty('augmentable');
});

// A data set for tests: images of one color with a little noise, where the color is the class. Easy to learn, tiny.
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import { createRng } from '../math/rng';

const COLORS = [
  [200, 60, 60],
  [60, 200, 60],
  [60, 60, 200],
] as const;

/** Three classes of `size` x `size` images; class of image i is i % 3. */
export function colorDataset(train: number, test: number, size = 6): Dataset {
  const split = (images: number, seed: number) => {
    const rng = createRng(seed);
    const pixels = new Uint8Array(images * size * size * 3);
    for (let i = 0; i < pixels.length; i++) {
      const image = Math.floor(i / (size * size * 3));
      pixels[i] = COLORS[image % 3][i % 3] + rng.integer(40) - 20;
    }
    return byteSet(
      pixels,
      Uint8Array.from({ length: images }, (_, i) => i % 3),
    );
  };
  return {
    label: 'Colors',
    fingerprint: `colors ${train}, ${test}, ${size}`,
    classes: ['red', 'green', 'blue'],
    height: size,
    width: size,
    normalization: { mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25] },
    train: split(train, 1),
    validation: split(test, 2),
    test: split(test, 3),
  };
}

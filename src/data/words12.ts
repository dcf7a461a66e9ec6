// Words-12, an embedded data set without files: spectrograms of twelve made-up words that a program says (speech.ts). They are
// synthesized sounds, not recordings of speech. An image has a row per 20 ms and a column per cepstral coefficient (cepstra.ts),
// each column on a scale of its own, in gray. Image i of a split depends only on (seed, split, i); it is made on first read and
// then cached. Sines and exponentials differ between engines in their last bits, which rounding to bytes hides.
import { fingerprint } from '../math/fingerprint';
import { createRng, mixSeed, shuffle } from '../math/rng';
import { COEFFICIENTS, cepstra, FRAMES } from './cepstra';
import type { Dataset, ImageSet } from './dataset';
import { type Sound, speak } from './speech';

/** Spelled as they sound, two of each kind so that one sound decides. */
const WORDS = {
  bana: ['b', 'a', 'n', 'a'],
  dana: ['d', 'a', 'n', 'a'],
  pata: ['p', 'a', 't', 'a'],
  bata: ['b', 'a', 't', 'a'],
  fisu: ['f', 'i', 's', 'u'],
  fishu: ['f', 'i', 'sh', 'u'],
  gora: ['g', 'o', 'r', 'a'],
  gola: ['g', 'o', 'l', 'a'],
  kemi: ['k', 'e', 'm', 'i'],
  kimi: ['k', 'i', 'm', 'i'],
  zuwe: ['z', 'u', 'w', 'e'],
  zowe: ['z', 'o', 'w', 'e'],
} as const satisfies Record<string, readonly Sound[]>;

const words: readonly (readonly Sound[])[] = Object.values(WORDS);

type SplitName = 'train' | 'validation' | 'test';

export interface Words12Options {
  /** Default 1, the seed of the data that the shipped weights were trained on. */
  readonly seed?: number;
  /** Images per split; default 12,000, 2,000 and 2,000. */
  readonly sizes?: Partial<Record<SplitName, number>>;
}

/** Of each coefficient over the first 1,200 training images of seed 1: the mean and the deviation that its bytes are scaled by. */
const MEANS = [-8.59, -0.28, -0.31, -0.59, -0.31, -0.16, -0.19, -0.14, -0.1, -0.14];
const DEVIATIONS = [6.8, 2.73, 1.56, 1.16, 0.89, 0.78, 0.7, 0.65, 0.59, 0.56];
/** Levels of gray for a deviation, so that bytes hold 3.2 of them either way. */
const LEVELS = 40;

/** The image of a sound: `FRAMES * COEFFICIENTS` bytes. */
export function spectrogram(sound: Float64Array): Uint8ClampedArray {
  const values = cepstra(sound);
  // Rounds and clamps as it is written.
  const bytes = new Uint8ClampedArray(values.length);
  for (const [i, value] of values.entries()) {
    const column = i % COEFFICIENTS;
    bytes[i] = 128 + (LEVELS * (value - MEANS[column])) / DEVIATIONS[column];
  }
  return bytes;
}

/** Opens Words-12. */
export function openWords12({ seed = 1, sizes = {} }: Words12Options = {}): Dataset {
  const set = (code: number, length: number) => wordSet(mixSeed(seed, code), length);
  return {
    label: 'Words-12',
    fingerprint: fingerprint(['words12 1', JSON.stringify([seed, sizes])]),
    notes: ['Made-up words said by a program: synthesized sounds, not recordings of speech.'],
    classes: Object.keys(WORDS),
    height: FRAMES,
    width: COEFFICIENTS,
    // Measured on the first 2,000 training images of seed 1.
    normalization: { mean: [0.5023, 0.5023, 0.5023], std: [0.1555, 0.1555, 0.1555] },
    augmentable: false,
    train: set(1, sizes.train ?? 12_000),
    validation: set(2, sizes.validation ?? 2_000),
    test: set(3, sizes.test ?? 2_000),
  };
}

function wordSet(seed: number, length: number): ImageSet {
  const labels = balancedLabels(length, seed);
  const size = FRAMES * COEFFICIENTS;
  const made: (Uint8ClampedArray | undefined)[] = new Array(length);
  return {
    length,
    label: (index) => labels[index],
    read(index, target, offset) {
      if (!(index >= 0 && index < length)) throw new RangeError(`image ${index} of a split of ${length}`);
      made[index] ??= spectrogram(speak(words[labels[index]], createRng(mixSeed(seed, index))));
      const gray = made[index];
      for (let i = 0; i < size; i++) target.fill(gray[i], offset + 3 * i, offset + 3 * i + 3);
    },
  };
}

/** Every twelve consecutive images show the twelve words in random order, so any first n images are balanced. */
function balancedLabels(length: number, seed: number): Uint8Array {
  const labels = new Uint8Array(length);
  const order = Uint8Array.from(words.keys());
  for (let start = 0; start < length; start += order.length) {
    shuffle(order, createRng(mixSeed(mixSeed(seed, 0x1abe1), start)));
    labels.set(order.subarray(0, Math.min(order.length, length - start)), start);
  }
  return labels;
}

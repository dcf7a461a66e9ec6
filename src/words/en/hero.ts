// The result: accuracy and model size with what they are worth, and what helps where accuracy is low.
import type { Proportion } from '../../math/statistics';
import { count, fixed, percent, plusMinus, sizeInWords } from '../numbers';
import { words } from '../words';

const points = (share: number) => `${percent(Math.abs(share))} points`;
/** Where a network reads large images. */
export const fewerImages = (measured: number, of: number) =>
  `Measured on ${count(measured)} of ${count(of)} test images: images of this size take more memory.`;
const images = (n: number) => `n = ${count(n)}`;

export const hero = words('hero', {
  percent: '%',
  /** References of a comparison. */
  float: 'float',
  floatBefore: 'float before training',
  unrounded: 'the same weights unquantized',
  sameAs: (reference: string) => `Same as ${reference}`,
  apart: (difference: number, reference: string) =>
    `${points(difference)} ${difference < 0 ? 'below' : 'above'} ${reference}`,
  noFlip: (n: number) => `no image lost or gained · ${images(n)}`,
  giveOrTake: (margin: number, n: number) => `±${percent(margin)} · ${images(n)}`,
  withinChance: (n: number) => `within chance · ${images(n)}`,
  between: (low: number, high: number, n: number) => `${percent(low)} to ${percent(high)} · ${images(n)}`,
  fewerImages,
  /** Where the accuracy comes from, as assistive technology hears it. */
  measured: (accuracy: Proportion) => `${plusMinus(accuracy)}, measured, ${images(accuracy.n)} test images`,
  precomputed: (accuracy: Proportion) => `${plusMinus(accuracy)}, precomputed, ${images(accuracy.n)} test images`,
  precomputedTitle: 'Precomputed',
  precomputedOn: (n: number) => `on ${count(n)} test images`,
  estimated: 'Estimated',
  estimateError: (error: number) => `two of three are within ±${percent(error)}`,
  estimateUnknown: 'error not known yet',
  noImages: 'no images yet',
  noWeights: 'no weights yet',
  measuring: 'Measuring…',
  unmeasured: 'Not measured yet',
  bytes: (n: number) => `${count(n)} bytes`,
  smaller: (times: number) => (times < 1.05 ? 'As large as float' : `${fixed(times, 1)}× smaller than float`),
  averageBits: (bits: number) => `${fixed(bits, 2)} bits per weight`,
  fits: (budget: number, left: number) => `Fits ${sizeInWords(budget)}: ${sizeInWords(left)} to spare`,
  over: (budget: number, by: number) => `${sizeInWords(by)} over ${sizeInWords(budget)}`,
  untrained: 'No pretrained weights for this data set: accuracy is at chance until you train.',
  goToTraining: 'Go to training',
  atChance: (images: string) =>
    `Even in float, this network only guesses on ${images}: it was trained on other images, or expects another preprocessing or order of the classes. Drop its file again to see what was tried.`,
  openImages: 'Open other images',
  needsTraining: (quantizer: string) =>
    `${quantizer} needs quantization-aware training; expect low accuracy until you train.`,
  trainQuantized: 'Set up quantization-aware training',
});

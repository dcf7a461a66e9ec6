// The options of a calibration, `Calibration` of quant/calibration.ts, in the order in which links name them.
import { type Calibration, PLAIN_CALIBRATION } from '../quant/calibration';
import type { ChoiceField, Declared, DeclaredFields } from './fields';

const RANGE_WORDS = {
  minMax: 'smallest to largest',
  percentile: 'without the outermost 0.1 %',
  mse: 'least squared error',
};

/** The range of the weights, `range` of a scheme. */
export const WEIGHT_RANGE = {
  kind: 'choice',
  label: 'Range of the weights',
  initial: 'minMax',
  choices: ['minMax', 'percentile', 'mse', 'hessian'],
  words: { ...RANGE_WORDS, hessian: 'least output error' },
  link: { key: 'range', name: 'range' },
  flag: { name: 'range' },
  hint: 'Clipping the outermost weights leaves finer levels for the others.',
} as const satisfies ChoiceField & Declared;

/** A row for each part of a calibration. */
export const CALIBRATION = {
  rounding: {
    kind: 'choice',
    label: 'Rounding of the weights',
    initial: 'nearest',
    choices: ['nearest', 'gptq', 'adaround'],
    words: {
      nearest: 'to the nearest level',
      gptq: 'with error feedback (GPTQ)',
      adaround: 'learned further',
    },
    link: { key: 'rounding', name: 'rounding of the weights' },
    flag: { name: 'rounding' },
    hint: 'With error feedback, later weights make up for the rounding errors of earlier ones, on calibration images.',
  },
  independent: {
    kind: 'switch',
    label: 'Order of rounding',
    initial: false,
    words: { no: 'behind rounded layers', yes: 'each layer by itself' },
    link: { key: 'independent', name: 'order of rounding' },
    flag: { name: 'independent' },
    hint: 'Chooses codes for each layer by what it reads in the float network, so that the codes serve every config.',
  },
  equalize: {
    kind: 'switch',
    label: 'Equalization',
    initial: false,
    words: { no: 'none', yes: 'across layers' },
    link: { key: 'equal', name: 'choice of equalization' },
    flag: { name: 'equalize' },
    hint: 'Evens out the ranges of layers that meet through a ReLU before rounding.',
  },
  synthesize: {
    kind: 'switch',
    label: 'Calibrate on',
    initial: false,
    words: { no: 'training images', yes: 'synthesized images' },
    link: { key: 'synthesized', name: 'choice of synthesized images' },
    flag: { name: 'synthesize' },
    hint: 'Calibrates on images synthesized from batch-norm statistics instead of training images.',
  },
  range: {
    kind: 'choice',
    label: 'Range of the activations',
    initial: PLAIN_CALIBRATION.range,
    choices: ['minMax', 'percentile', 'mse'],
    words: RANGE_WORDS,
    link: { key: 'seen', name: 'range of the activations' },
    flag: { name: 'activation-range' },
    hint: 'Measured on training images, without their labels.',
  },
  correction: {
    kind: 'choice',
    label: 'Correction',
    initial: PLAIN_CALIBRATION.correction,
    choices: ['none', 'bias', 'batchNorm'],
    words: { bias: 'biases', batchNorm: 'batch norms re-estimated' },
    link: { key: 'correct', name: 'correction' },
    flag: { name: 'correct', words: { batchNorm: 'batch-norm' } },
    hint: 'Corrects quantization bias without retraining. Slower: recomputed for every config.',
  },
  batchNorm: {
    kind: 'choice',
    label: 'Batch norms',
    initial: PLAIN_CALIBRATION.batchNorm,
    choices: ['keep', 'fold'],
    words: { keep: 'kept', fold: 'folded first' },
    link: { key: 'norms', name: 'choice about batch norms' },
    flag: { name: 'batch-norm' },
    hint: 'Folded: multiplied into the weights before rounding, as on integer hardware. Training keeps them.',
  },
  images: {
    kind: 'number',
    label: 'Images to calibrate on',
    initial: PLAIN_CALIBRATION.images,
    ...{ min: 1, max: 1_000_000, integer: true },
    link: { key: 'looks', name: 'number of calibration images' },
    flag: { name: 'calibration-images' },
    hint: 'Training images used for ranges, rounding and corrections; labels are not read.',
  },
} as const satisfies DeclaredFields & Readonly<Record<keyof Calibration, unknown>>;

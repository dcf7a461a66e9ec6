// How numbers are rounded, besides the calibration: the parts of `QuantScheme` (quant/registry.ts).
import { activationQuantizers } from '../quant/activationRegistry';
import type { ActivationQuantizerId } from '../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizers } from '../quant/registry';
import type { Declared, DeclaredFields, ValueOf } from './fields';

export const SCHEME = {
  quantizer: {
    kind: 'choice',
    label: 'Quantizer of the weights',
    initial: 'symmetric',
    choices: Object.keys(quantizers) as QuantizerId[],
    link: { key: 'quantizer', name: 'quantizer' },
    flag: { name: 'quantizer' },
  },
  scaleBits: {
    kind: 'choice',
    label: 'Width of the scales',
    initial: '32',
    choices: ['32', '16', '16-first32'],
    words: { 32: '32 bits', 16: '16 bits', '16-first32': '16 bits, 32 in the first layer' },
    hint: 'Scales of 16 bits take half the memory; DSConv’s authors keep 32 in the first layer.',
    link: { key: 'scales', name: 'width of the scales' },
    flag: { name: 'scale-bits' },
  },
  /** Without a word, the command line takes the one of the weight quantizer's paper. */
  activations: {
    kind: 'choice',
    label: 'Activations',
    initial: 'uniform',
    choices: Object.keys(activationQuantizers) as ActivationQuantizerId[],
    link: { key: 'acts', name: 'quantizer of the activations' },
    flag: { name: 'activation-quantizer' },
  },
} as const satisfies DeclaredFields;

/** What a width of the scales adds to a scheme. */
export function scalesOf(width: ValueOf<typeof SCHEME.scaleBits>): Pick<QuantScheme, 'scaleBits'> {
  return width === '32' ? {} : { scaleBits: width === '16' ? 16 : width };
}

/** `tensor`, `channel` or `block:32`, as far as the quantizer has it: see `parseGranularity`. */
export const GRANULARITY = {
  label: 'Granularity',
  link: { key: 'per', name: 'granularity of the scales' },
  flag: { name: 'granularity' },
  hint: 'Finer is more accurate but stores more scales.',
} as const satisfies Declared & { readonly label: string };

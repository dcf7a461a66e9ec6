// Block floating point activations: the numbers of a block of channels at one place share one exponent, and each keeps a
// sign and a mantissa of so many bits. What DSConv multiplies its integer weights with.
import { roundHalfToEven } from '../math/rounding';
import { exponentOf } from './floats';
import type { ActivationQuantizer } from './quantizer';

export interface BfpParams {
  /** `floor(log2 max|x|)`, a 7-bit number. */
  readonly exponent: number;
}

/** Range of a 7-bit exponent. */
export const MIN_EXPONENT = -64;
export const MAX_EXPONENT = 63;

/** Exponent of a block whose largest magnitude is given; zeros and subnormal numbers get the smallest. */
function blockExponent(largest: number): number {
  return Math.max(MIN_EXPONENT, Math.min(MAX_EXPONENT, exponentOf(largest)));
}

/** Distance of neighboring mantissas in a block whose largest magnitude is given: a power of two. */
export function bfpStep(largest: number, bits: number): number {
  return 2 ** (blockExponent(largest) - bits + 1);
}

export const bfp: ActivationQuantizer<BfpParams> = {
  id: 'bfp',
  label: 'Block floating point',
  summary: 'One exponent for each block of channels, a few bits of mantissa for each number.',
  granularities: ['block'],
  bits: [1, 8],
  reference: 'DSConv, arXiv 1901.01928, and its authors’ activation quantizer',
  /** NaN is passed over, and stays NaN in `forward`. */
  init(x) {
    let largest = 0;
    for (const v of x) if (Math.abs(v) > largest) largest = Math.abs(v);
    return { exponent: blockExponent(largest) };
  },
  /** `clamp(round(x / step), 1 - 2^m, 2^m - 1) step` with `step = 2^(exponent - m + 1)`: m bits of magnitude. */
  forward(x, { exponent }, { bits }) {
    const step = 2 ** (exponent - bits + 1);
    const largest = 2 ** bits - 1;
    return x.map((v) => {
      const code = roundHalfToEven(v / step); // exact: the step is a power of two
      return (code > largest ? largest : code < -largest ? -largest : code) * step;
    });
  },
  // Straight through everywhere, as in the authors' code: what is clamped lies within a step of the range.
  backward: (_x, dy) => ({ dx: dy.slice() }),
};

// Block floating point activations: the numbers of a block of channels at one position share an exponent, and each has
// a sign and an m-bit mantissa. DSConv multiplies its integer weights by these.
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

/** Exponent of a block with this largest magnitude; zeros and subnormal numbers get the smallest. */
function blockExponent(largest: number): number {
  return Math.max(MIN_EXPONENT, Math.min(MAX_EXPONENT, exponentOf(largest)));
}

/** Distance between neighboring mantissas in a block with this largest magnitude: a power of two. */
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
  /** NaN is ignored here, and stays NaN in `forward`. */
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
  // Straight through everywhere, as in the authors' code: clamped numbers lie within a step of the range.
  backward: (_x, dy) => ({ dx: dy.slice() }),
};

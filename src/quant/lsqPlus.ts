// LSQ+ activations: evenly spaced levels with a learned scale and a learned offset, so that they also fit numbers below zero.
// Reference: LSQ+, arXiv 2004.09576, eq. 3-6. Unlike there, the offset is rounded to a whole number of scales, with a
// straight-through gradient, so that zero is a level: padding and integer arithmetic need it.
import { roundHalfToEven } from '../math/rounding';
import { activationGrid } from './affine';
import { learnedGridGradient } from './learnedGrid';
import type { ActivationQuantizer } from './quantizer';
import { chooseRange } from './ranges';
import { fakeQuantize, MAX_RANGE, type UniformGrid } from './uniformGrid';

export interface LsqPlusParams {
  /** Distance between neighboring levels, learned. If it is not above 0, every number becomes 0. */
  readonly scale: number;
  /** The smallest level before it is rounded to a whole number of scales, learned. */
  readonly offset: number;
}

/** The grid of learned parameters; zero is one of its levels. */
export function lsqPlusGrid({ scale: learned, offset }: LsqPlusParams, bits: number): UniformGrid {
  const maxCode = 2 ** bits - 1;
  const scale = Math.fround(Math.max(0, Math.min(learned, MAX_RANGE / maxCode)));
  const zero = scale > 0 ? Math.min(maxCode, Math.max(0, roundHalfToEven(Math.fround(-offset / scale)))) : 0;
  return { scale, offset: zero === 0 ? 0 : Math.fround(-zero * scale), minCode: 0, maxCode };
}

export const lsqPlus: ActivationQuantizer<LsqPlusParams> = {
  id: 'lsqPlus',
  label: 'LSQ+',
  summary: 'Evenly spaced levels whose distance and smallest level are learned.',
  granularities: ['tensor'],
  bits: [2, 8],
  learned: ['scale', 'offset'],
  reference: 'LSQ+, arXiv 2004.09576',
  /** The levels of the uniform quantizer over the range of `x`. */
  init(x, { bits, range = 'minMax' }) {
    const gridOf = (min: number, max: number) => activationGrid(min, max, bits);
    const { scale, offset } = gridOf(...chooseRange(x, range, gridOf));
    return { scale, offset };
  },
  forward: (x, params, { bits }) => fakeQuantize(x, lsqPlusGrid(params, bits)),
  backward: (x, dy, params, { bits }) => learnedGridGradient(x, dy, lsqPlusGrid(params, bits)),
};

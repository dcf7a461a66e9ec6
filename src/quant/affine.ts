// Affine min-max quantization: 2^b levels from the smallest to the largest number, as MetaQuantNet does for weights.
import { roundHalfToEven } from '../math/rounding';
import type { Quantizer } from './quantizer';
import { fakeQuantize, MAX_RANGE, straightThrough, type UniformGrid } from './uniformGrid';

/**
 * Grid of 2^bits levels from `min` to `max`; both ends are levels. Equal ends give one level.
 * Reference: MetaQuantNet (arXiv 2004.11506), eq. 2-5: `alpha = max - min`, `beta = min`.
 */
export function affineGrid(min: number, max: number, bits: number): UniformGrid {
  const maxCode = 2 ** bits - 1;
  const range = Math.min(Math.fround(max - min), MAX_RANGE);
  return { scale: Math.fround(range / maxCode), offset: Math.fround(min), minCode: 0, maxCode };
}

export const affine: Quantizer<UniformGrid> = {
  id: 'affine',
  label: 'Affine min-max',
  summary: 'Evenly spaced levels from the smallest to the largest weight.',
  granularities: ['tensor', 'channel'],
  bits: [1, 8],
  parametersPerGroup: 2,
  reference: 'MetaQuantNet, arXiv 2004.11506, eq. 2-6',
  init(x, { bits }) {
    let min = x.length === 0 ? 0 : Number.POSITIVE_INFINITY;
    let max = x.length === 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (const v of x) {
      if (v < min) min = v;
      if (v > max) max = v;
    }
    return affineGrid(min, max, bits);
  },
  forward: fakeQuantize,
  backward: straightThrough,
};

/** The smallest float32 with all its digits. */
const MIN_NORMAL = 2 ** -126;

/**
 * Grid for activations seen between `min` and `max`: widened to hold zero, and shifted so that zero is a level, as
 * padding and ReLU need and ONNX's integer zero point says. `offset` is a whole multiple of `-scale`.
 */
export function activationGrid(min: number, max: number, bits: number): UniformGrid {
  const low = Math.min(0, min);
  const maxCode = 2 ** bits - 1;
  const step = Math.fround(Math.min(Math.max(0, max) - low, MAX_RANGE) / maxCode);
  const scale = step < MIN_NORMAL ? 0 : step; // a subnormal step has no exact reciprocal: zero would not be a level
  const zeroPoint = scale === 0 ? 0 : Math.min(maxCode, roundHalfToEven(-low / scale));
  return { scale, offset: zeroPoint === 0 ? 0 : Math.fround(-zeroPoint * scale), minCode: 0, maxCode };
}

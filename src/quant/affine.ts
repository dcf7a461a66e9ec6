// Affine min-max quantization: 2^b levels from the smallest to the largest number, as MetaQuantNet does for weights.
import { roundHalfToEven } from '../math/rounding';
import { learnedGridGradient } from './learnedGrid';
import type { ActivationQuantizer, Quantizer } from './quantizer';
import { chooseRange } from './ranges';
import {
  fakeQuantize,
  gridCodes,
  gridGradient,
  gridValues,
  MAX_RANGE,
  MIN_NORMAL,
  type UniformGrid,
} from './uniformGrid';

/**
 * Grid of 2^bits levels from `min` to `max`; both ends are levels. Equal ends give one level. Reference: MetaQuantNet
 * (arXiv 2004.11506), eq. 2-5: `alpha = max - min`, `beta = min`.
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
  granularities: ['tensor', 'channel', 'block'],
  bits: [1, 8],
  activations: 'uniform',
  hasRange: true,
  reference: 'MetaQuantNet, arXiv 2004.11506, eq. 2-6',
  init: (x, { bits, range = 'minMax' }) =>
    affineGrid(...chooseRange(x, range, (min, max) => affineGrid(min, max, bits)), bits),
  forward: fakeQuantize,
  backward: (x, dy, grid, { range = 'minMax' }) =>
    range === 'minMax' ? gridGradient(x, dy, grid) : learnedGridGradient(x, dy, grid),
  learnedGrid: () => ['scale', 'offset'],
  numbersPerGroup: () => 2,
  encode: gridCodes,
  numbers: ({ scale, offset }) => [scale, offset],
  decode: (codes, [scale, offset]) => gridValues(codes, scale, offset, 0),
  lines: (_, [scale, offset]) => [{ scale, zero: 0, offset }],
  python: 'f32(f32(c * n[0]) + n[1])',
};

/**
 * Grid for activations observed between `min` and `max`: widened to include zero, and shifted so that zero is a level,
 * which padding, ReLU and ONNX's integer zero point require. `offset` is a whole multiple of `-scale`.
 */
export function activationGrid(min: number, max: number, bits: number): UniformGrid {
  const low = Math.min(0, min);
  const maxCode = 2 ** bits - 1;
  const step = Math.fround(Math.min(Math.max(0, max) - low, MAX_RANGE) / maxCode);
  const scale = step < MIN_NORMAL ? 0 : step; // a subnormal step has no exact reciprocal, so zero would not be a level
  const zeroPoint = scale === 0 ? 0 : Math.min(maxCode, roundHalfToEven(-low / scale));
  return { scale, offset: zeroPoint === 0 ? 0 : Math.fround(-zeroPoint * scale), minCode: 0, maxCode };
}

/** Evenly spaced activations with zero as a level. */
export const uniformActivations: ActivationQuantizer<UniformGrid> = {
  id: 'uniform',
  label: 'Uniform',
  summary: 'Evenly spaced levels over the range that was seen, zero among them.',
  granularities: ['tensor'],
  bits: [2, 8],
  reference: 'ONNX QuantizeLinear',
  init: (x, { bits, range = 'minMax' }) =>
    activationGrid(...chooseRange(x, range, (min, max) => activationGrid(min, max, bits)), bits),
  forward: fakeQuantize,
  backward: gridGradient,
};

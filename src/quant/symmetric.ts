// Symmetric uniform quantization: levels symmetric around zero, which is itself a level from 2 bits on.
import { learnedGridGradient } from './learnedGrid';
import type { Quantizer } from './quantizer';
import { chooseRange } from './ranges';
import { fakeQuantize, gridCodes, gridValues, MAX_RANGE, straightThrough, type UniformGrid } from './uniformGrid';

/**
 * Grid of 2^bits - 1 levels from -maxAbs to +maxAbs ("narrow range"). With 1 bit, the two levels -maxAbs and +maxAbs.
 */
export function symmetricGrid(maxAbs: number, bits: number): UniformGrid {
  if (bits === 1) {
    const level = Math.fround(Math.min(maxAbs, MAX_RANGE / 2));
    return { scale: 2 * level, offset: -level, minCode: 0, maxCode: 1 };
  }
  const maxCode = 2 ** (bits - 1) - 1;
  return { scale: Math.fround(Math.min(maxAbs, MAX_RANGE) / maxCode), offset: 0, minCode: -maxCode, maxCode };
}

/** Mean magnitude; 0 for no numbers. */
export function meanMagnitude(x: Float32Array): number {
  let sum = 0;
  for (const v of x) sum += Math.abs(v);
  return x.length === 0 ? 0 : sum / x.length;
}

export const symmetric: Quantizer<UniformGrid> = {
  id: 'symmetric',
  label: 'Symmetric uniform',
  summary: 'Evenly spaced levels, the same on both sides of zero.',
  granularities: ['tensor', 'channel', 'block'],
  bits: [1, 8],
  activations: 'uniform',
  hasRange: true,
  reference: 'ONNX QuantizeLinear with zero point 0; 1 bit: XNOR-Net, arXiv 1603.05279, eq. 6',
  /** From 2 bits on the largest magnitude is a level; 1 bit uses the mean magnitude, which minimizes the squared error. */
  init(x, { bits, range = 'minMax' }) {
    if (bits === 1) return symmetricGrid(meanMagnitude(x), bits);
    const gridOf = (min: number, max: number) => symmetricGrid(Math.max(-min, max), bits);
    return gridOf(...chooseRange(x, range, gridOf));
  },
  forward: fakeQuantize,
  // Binary weights never saturate: every number maps to one of the two levels and keeps its gradient.
  backward(x, dy, grid, { bits, range = 'minMax' }) {
    if (bits === 1) return { dx: dy.slice() };
    if (range === 'minMax') return { dx: straightThrough(x, dy, grid) };
    const { dx, dp } = learnedGridGradient(x, dy, grid);
    return { dx, dp: { scale: dp.scale } };
  },
  learnedGrid: (bits) => (bits === 1 ? [] : ['scale']),
  numbersPerGroup: () => 1,
  encode: gridCodes,
  numbers: ({ scale }) => [scale],
  decode: (codes, [scale], { bits }) =>
    bits === 1 ? gridValues(codes, scale, -scale / 2, 0) : gridValues(codes, scale, 0, 2 ** (bits - 1) - 1),
  lines: (bits, [scale]) => [{ scale, zero: bits === 1 ? 0.5 : 2 ** (bits - 1) - 1, offset: 0 }],
  python: 'f32(f32(c * n[0]) - n[0] / 2) if bits == 1 else f32((c - 2 ** (bits - 1) + 1) * n[0])',
};

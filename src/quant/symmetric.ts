// Symmetric uniform quantization: levels mirror each other around zero, which is itself a level from 2 bits on.
import type { Quantizer } from './quantizer';
import { fakeQuantize, MAX_RANGE, straightThrough, type UniformGrid } from './uniformGrid';

/**
 * Grid of 2^bits - 1 levels from -maxAbs to +maxAbs ("narrow range"). With 1 bit, the two levels -maxAbs and +maxAbs.
 */
export function symmetricGrid(maxAbs: number, bits: number): UniformGrid {
  if (bits === 1)
    return {
      scale: Math.min(Math.fround(2 * maxAbs), MAX_RANGE),
      offset: Math.fround(-maxAbs),
      minCode: 0,
      maxCode: 1,
    };
  const maxCode = 2 ** (bits - 1) - 1;
  return { scale: Math.fround(Math.min(maxAbs, MAX_RANGE) / maxCode), offset: 0, minCode: -maxCode, maxCode };
}

export const symmetric: Quantizer<UniformGrid> = {
  id: 'symmetric',
  label: 'Symmetric uniform',
  summary: 'Evenly spaced levels, the same on both sides of zero.',
  granularities: ['tensor', 'channel'],
  bits: [1, 8],
  parametersPerGroup: 1,
  reference: 'ONNX QuantizeLinear with zero point 0; 1 bit: XNOR-Net, arXiv 1603.05279, eq. 6',
  /** From 2 bits on the largest magnitude is a level; 1 bit uses the mean magnitude, which minimizes the squared error. */
  init(x, { bits }) {
    let max = 0;
    let sum = 0;
    for (const v of x) {
      const magnitude = Math.abs(v);
      sum += magnitude;
      if (magnitude > max) max = magnitude;
    }
    return symmetricGrid(bits === 1 && x.length > 0 ? sum / x.length : max, bits);
  },
  forward: fakeQuantize,
  // Binary weights saturate nowhere: every number maps to one of the two levels and keeps its gradient.
  backward: (x, dy, grid, spec) => (spec.bits === 1 ? dy.slice() : straightThrough(x, dy, grid)),
};

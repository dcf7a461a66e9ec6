// Learned step size quantization (LSQ): an evenly spaced grid whose step is trained with the weights. Weights are
// signed and use all 2^b codes; activations are unsigned. This file computes the initial step, which training moves.
import type { ActivationQuantizer, QuantGradient, Quantizer, QuantSpec } from './quantizer';
import { meanMagnitude } from './symmetric';
import { fakeQuantize, gridCodes, gridValues, MAX_RANGE, type UniformGrid } from './uniformGrid';

export interface LsqParams {
  /** Distance between neighboring levels, learned. If it is not above 0, every number becomes 0. */
  readonly step: number;
}

/** Codes of LSQ: signed -2^(b-1) ... 2^(b-1) - 1, unsigned 0 ... 2^b - 1. */
export function lsqCodes(bits: number, signed: boolean): readonly [min: number, max: number] {
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

/** The grid for a step. */
export function lsqGrid({ step }: LsqParams, bits: number, signed: boolean): UniformGrid {
  const [minCode, maxCode] = lsqCodes(bits, signed);
  const scale = Math.max(0, Math.min(step, MAX_RANGE / Math.max(-minCode, maxCode)));
  return { scale: Math.fround(scale), offset: 0, minCode, maxCode };
}

/** The paper's initial step for a mean magnitude, `2 mean|x| / sqrt(Qp)`. Reference: LSQ, arXiv 1902.08153. */
export function publishedStep(meanMagnitude: number, bits: number, signed: boolean): number {
  return Math.fround((2 * meanMagnitude) / Math.sqrt(lsqCodes(bits, signed)[1]));
}

/** The paper's initial step for `x`. */
export function meanStep(x: Float32Array, bits: number, signed: boolean): number {
  return publishedStep(meanMagnitude(x), bits, signed);
}

/**
 * LIMPQ's (and LSQ+'s) initial step of weights, `max(|mean - 3 sd|, |mean + 3 sd|) / 2^(b-1)`, sd with n - 1; a single
 * number has sd 0, none give 0. Reference: LIMPQ, arXiv 2203.08368; LSQ+, arXiv 2004.09576.
 */
export function statisticsStep(x: Float32Array, bits: number): number {
  if (x.length === 0) return 0;
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const squares = x.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const sd = x.length > 1 ? Math.sqrt(squares / (x.length - 1)) : 0;
  return Math.fround(Math.max(Math.abs(mean - 3 * sd), Math.abs(mean + 3 * sd)) / 2 ** (bits - 1));
}

/** LIMPQ trains with steps in [1e-5, 1]. */
export function limpqClamp(step: number): number {
  return Math.min(1, Math.max(1e-5, step));
}

/** `1 / sqrt(count Qp)`, which keeps the step's updates in proportion to those of the weights. Reference: LSQ. */
export function stepGradientScale(count: number, bits: number, signed: boolean): number {
  return count === 0 ? 0 : 1 / Math.sqrt(count * lsqCodes(bits, signed)[1]);
}

/**
 * The published gradient: `dx` passes where -Qn < x / s < Qp; `ds` is `round(x / s) - x / s` there and -Qn or Qp
 * outside, times the gradient scale for the number of values that share the step.
 */
function backward(
  x: Float32Array,
  dy: Float32Array,
  params: LsqParams,
  bits: number,
  signed: boolean,
): QuantGradient<LsqParams> {
  const grid = lsqGrid(params, bits, signed);
  const rounded = fakeQuantize(x, grid);
  const { scale, minCode, maxCode } = grid;
  const dx = new Float32Array(x.length);
  let sum = 0;
  if (scale > 0)
    x.forEach((v, i) => {
      const ratio = v / scale;
      const inside = ratio > minCode && ratio < maxCode;
      if (inside) dx[i] = dy[i];
      sum +=
        dy[i] * (inside ? rounded[i] / scale - ratio : ratio <= minCode ? minCode : ratio >= maxCode ? maxCode : 0);
    });
  return { dx, dp: { step: sum * stepGradientScale(x.length, bits, signed) } };
}

const shared = {
  label: 'LSQ',
  learned: ['step'],
  reference: 'LSQ, arXiv 1902.08153 (ICLR 2020)',
} as const;

export const lsq: Quantizer<LsqParams> = {
  ...shared,
  id: 'lsq',
  summary: 'Evenly spaced levels whose distance is learned with the weights.',
  granularities: ['tensor', 'channel'],
  // One signed bit would have only the codes -1 and 0, and no Qp to scale by.
  bits: [2, 8],
  activations: 'lsq',
  madeForTraining: true,
  init: (x, { bits }) => ({ step: meanStep(x, bits, true) }),
  forward: (x, params, { bits }) => fakeQuantize(x, lsqGrid(params, bits, true)),
  backward: (x, dy, params, { bits }) => backward(x, dy, params, bits, true),
  numbersPerGroup: () => 1,
  encode: (x, params, { bits }) => gridCodes(x, lsqGrid(params, bits, true)),
  numbers: (params, { bits }) => [lsqGrid(params, bits, true).scale],
  decode: (codes, [scale], { bits }) => gridValues(codes, scale, 0, 2 ** (bits - 1)),
  lines: (bits, [scale]) => [{ scale, zero: 2 ** (bits - 1), offset: 0 }],
  python: 'f32((c - 2 ** (bits - 1)) * n[0])',
};

export const lsqActivations: ActivationQuantizer<LsqParams> = {
  ...shared,
  id: 'lsq',
  summary: 'Evenly spaced levels from zero whose distance is learned.',
  granularities: ['tensor'],
  bits: [2, 8],
  init: (x: Float32Array, { bits }: QuantSpec) => ({ step: meanStep(x, bits, false) }),
  forward: (x, params, { bits }) => fakeQuantize(x, lsqGrid(params, bits, false)),
  backward: (x, dy, params, { bits }) => backward(x, dy, params, bits, false),
};

// Evenly spaced levels, shared by the affine and the symmetric quantizer, learned steps and learned clips. All
// arithmetic is float32, one rounding at a time, in the order that the WGSL kernel uses:
//   code = clamp(round((x - offset) * (1 / scale)), minCode, maxCode),  value = code * scale + offset.
// It multiplies by the reciprocal, as PyTorch's fake_quantize does, because WGSL rounds a product correctly but a
// quotient only to 2.5 ulp; this way a code is the same number on every backend.
import { roundHalfToEven } from '../math/rounding';
import type { QuantGradient } from './quantizer';

/** Levels `offset + code * scale` for the integers minCode ... maxCode. A `scale` of 0 means one level, `offset`. */
export interface UniformGrid {
  readonly scale: number;
  readonly offset: number;
  readonly minCode: number;
  readonly maxCode: number;
}

const fround = Math.fround;

/** Slightly below the largest float32: the widest range whose levels all stay finite after rounding. */
export const MAX_FLOAT32 = 3.4028234663852886e38;
export const MAX_RANGE = fround(3.4e38);
/** The smallest normal float32. */
export const MIN_NORMAL = 2 ** -126;

/**
 * 1 / scale in float32, finite even for a subnormal scale; 0 for a scale of 0, which sends every number to one level.
 */
export function inverseScale(scale: number): number {
  return scale === 0 ? 0 : Math.min(fround(1 / scale), MAX_FLOAT32);
}

function unclampedCode(x: number, { scale, offset }: UniformGrid): number {
  return roundHalfToEven(fround(fround(x - offset) * inverseScale(scale)));
}

/** Code of `x`, an integer in [minCode, maxCode]; NaN for NaN. */
export function encode(x: number, grid: UniformGrid): number {
  const code = unclampedCode(x, grid);
  return code < grid.minCode ? grid.minCode : code > grid.maxCode ? grid.maxCode : code;
}

/** Value of a code, in float32. */
export function decode(code: number, { scale, offset }: Pick<UniformGrid, 'scale' | 'offset'>): number {
  return fround(fround(code * scale) + offset);
}

/** The code of zero, for a grid that has one: `offset` is a whole multiple of `-scale`. */
export function zeroPoint({ scale, offset }: Pick<UniformGrid, 'scale' | 'offset'>): number {
  return scale === 0 ? 0 : roundHalfToEven(-offset / scale);
}

/** Nearest level of each number, with the length of `x`. */
export function fakeQuantize(x: Float32Array, grid: UniformGrid): Float32Array {
  return x.map((v) => decode(encode(v, grid), grid));
}

/**
 * Straight-through gradient: passes where the unclamped code lies on the grid, 0 where the number was clipped.
 * Reference: Y. Bengio et al., 2013; MetaQuantNet (arXiv 2004.11506), eq. 6.
 */
export function straightThrough(x: Float32Array, dy: Float32Array, grid: UniformGrid): Float32Array {
  return dy.map((g, i) => {
    const code = unclampedCode(x[i], grid);
    return code >= grid.minCode && code <= grid.maxCode ? g : 0;
  });
}

/** The gradient of a grid computed from the data: straight through, with nothing learned. */
export function gridGradient(x: Float32Array, dy: Float32Array, grid: UniformGrid): QuantGradient<UniformGrid> {
  return { dx: straightThrough(x, dy, grid) };
}

/** Codes from 0: `code - minCode`, as stored in files. */
export function gridCodes(x: Float32Array, grid: UniformGrid): Uint8Array {
  return Uint8Array.from(x, (v) => encode(v, grid) - grid.minCode);
}

/** Values of codes from 0 for which code `zero` means `offset`. */
export function gridValues(codes: Uint8Array, scale: number, offset: number, zero: number): Float32Array {
  return Float32Array.from(codes, (code) => decode(code - zero, { scale, offset }));
}

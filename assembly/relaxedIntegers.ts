// Entry of the module that adds products of bytes, with relaxed SIMD.
import { convolve } from './integerConvolution';

/** Convolution of codes of at most 7 bits with weights of 8. */
export function convolveBytes(
  x: usize, packed: usize, y: usize, codes: usize, scratch: usize,
  batch: i32, height: i32, width: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  zero: i32, block: i32, low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32,
): void {
  convolve<i8>(
    x, packed, y, codes, scratch, batch, height, width, inChannels, outHeight, outWidth, outChannels,
    kernelHeight, kernelWidth, strideY, strideX, top, left, zero, block, low, high, inverse, minCode, maxCode,
  );
}

/** The sum of two products of `weight` and `window`, by the instruction of `blockPanel`. */
export function twoProducts(weight: i32, window: i32): i32 {
  return i16x8.extract_lane_s(i16x8.relaxed_dot_i8x16_i7x16_s(i8x16.splat(<i8>weight), i8x16.splat(<i8>window)), 0);
}

/**
 * The sum of four products and `start`, by the instruction of `dotPanel`. For 127 and 255, which is outside of 7 bits: 65534
 * where 16 bits saturate on the way, other numbers where one instruction adds all four (x86: 129540, ARM: -508).
 */
export function fourProducts(weight: i32, window: i32, start: i32): i32 {
  const weights = i8x16.splat(<i8>weight);
  const sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, i8x16.splat(<i8>window), i32x4.splat(start));
  return i32x4.extract_lane(sums, 0);
}

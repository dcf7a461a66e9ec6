// Entry of the module of integer layers: like index.ts, functions on tfjs' heap. It needs no relaxed SIMD.
import { convolve } from './integerConvolution';

export * from './codes';
export * from './integerDepthwise';

/** Convolution of codes widened to 16 bits. */
export function convolveWords(
  x: usize, packed: usize, y: usize, codes: usize, scratch: usize,
  batch: i32, height: i32, width: i32, inChannels: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  zero: i32, block: i32, low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32,
): void {
  convolve<i16>(
    x, packed, y, codes, scratch, batch, height, width, inChannels, outHeight, outWidth, outChannels,
    kernelHeight, kernelWidth, strideY, strideX, top, left, zero, block, low, high, inverse, minCode, maxCode,
  );
}

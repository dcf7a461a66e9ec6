// Products of windows of pixels by a panel of eight channels, added as integers. A step multiplies 32 bits of a window, two
// numbers of 16 bits or four bytes, by as many weights of each channel: [channel, 2 or 4] numbers, 32 bytes.
//
// Two numbers of 16 bits need one instruction for 8 products and one for adding. Four bytes need relaxed SIMD, where the
// bytes of a window have only 7 bits. Some machines add four products to a sum of 32 bits in one instruction
// (`dotPanel`). Elsewhere it takes five, and only two for a sum of 16 bits: `blockPanel` adds up as many steps as cannot
// exceed 16 bits, then adds them to the sums of 32 bits.
import { storeSums } from './integerSums';

/** sum[4] + the products of one step. T: i16 for two numbers of 16 bits, i8 for four bytes. */
// @ts-ignore: decorator
@inline
function addStep<T>(sum: v128, window: v128, weights: v128): v128 {
  return sizeof<T>() == 2
    ? i32x4.add(sum, i32x4.dot_i16x8_s(window, weights))
    : i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, window, sum);
}

/**
 * `pixels` pixels, four at a time. `offsets`: i32, of the window of each pixel; behind the last one it is repeated, and the
 * pixel computed again.
 */
export function dotPanel<T>(
  window: usize, offsets: usize, kernelLine: usize, panel: usize, kernelRows: i32, steps: i32,
  y: usize, codes: usize, outStep: i32, pixels: i32, kept: i32, ends: usize, form: usize,
): void {
  const last = pixels - 1;
  const row = <usize>steps << 2;
  const skip = kernelLine - row;
  for (let pixel = 0; pixel <= last; pixel += 4, offsets += 16) {
    const i1 = min(pixel + 1, last);
    const i2 = min(pixel + 2, last);
    const i3 = min(pixel + 3, last);
    let p0 = window + load<i32>(offsets);
    let p1 = window + load<i32>(offsets, 4);
    let p2 = window + load<i32>(offsets, 8);
    let p3 = window + load<i32>(offsets, 12);
    let s00 = v128.load(ends);
    let s01 = v128.load(ends, 16);
    let s10 = s00;
    let s11 = s01;
    let s20 = s00;
    let s21 = s01;
    let s30 = s00;
    let s31 = s01;
    let w = panel;
    for (let r = kernelRows; r > 0; r--) {
      for (const end = p0 + row; p0 < end; ) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let v = v128.load32_splat(p0);
        s00 = addStep<T>(s00, v, w0);
        s01 = addStep<T>(s01, v, w1);
        v = v128.load32_splat(p1);
        s10 = addStep<T>(s10, v, w0);
        s11 = addStep<T>(s11, v, w1);
        v = v128.load32_splat(p2);
        s20 = addStep<T>(s20, v, w0);
        s21 = addStep<T>(s21, v, w1);
        v = v128.load32_splat(p3);
        s30 = addStep<T>(s30, v, w0);
        s31 = addStep<T>(s31, v, w1);
        w += 32;
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
      }
      p0 += skip;
      p1 += skip;
      p2 += skip;
      p3 += skip;
    }
    storeSums(s00, s01, ends, form, y, codes, pixel * outStep, kept);
    storeSums(s10, s11, ends, form, y, codes, i1 * outStep, kept);
    storeSums(s20, s21, ends, form, y, codes, i2 * outStep, kept);
    storeSums(s30, s31, ends, form, y, codes, i3 * outStep, kept);
  }
}

/** All pixels of bytes, two at a time; `block` steps fit 16 bits. */
export function blockPanel(
  window: usize, offsets: usize, kernelLine: usize, panel: usize, kernelRows: i32, steps: i32,
  y: usize, codes: usize, outStep: i32, pixels: i32, kept: i32, ends: usize, form: usize, block: i32,
): void {
  const last = pixels - 1;
  const row = <usize>steps << 2;
  const skip = kernelLine - row;
  for (let pixel = 0; pixel <= last; pixel += 2, offsets += 8) {
    const next = min(pixel + 1, last);
    let p0 = window + load<i32>(offsets);
    let p1 = window + load<i32>(offsets, 4);
    let s00 = v128.load(ends);
    let s01 = v128.load(ends, 16);
    let s10 = s00;
    let s11 = s01;
    let w = panel;
    for (let r = kernelRows; r > 0; r--) {
      for (const end = p0 + row; p0 < end; ) {
        const stop = min(p0 + (<usize>block << 2), end);
        let w0 = v128.load(w);
        let w1 = v128.load(w, 16);
        let v = v128.load32_splat(p0);
        let t00 = i16x8.relaxed_dot_i8x16_i7x16_s(w0, v);
        let t01 = i16x8.relaxed_dot_i8x16_i7x16_s(w1, v);
        v = v128.load32_splat(p1);
        let t10 = i16x8.relaxed_dot_i8x16_i7x16_s(w0, v);
        let t11 = i16x8.relaxed_dot_i8x16_i7x16_s(w1, v);
        w += 32;
        p0 += 4;
        p1 += 4;
        while (p0 < stop) {
          w0 = v128.load(w);
          w1 = v128.load(w, 16);
          v = v128.load32_splat(p0);
          t00 = i16x8.add(t00, i16x8.relaxed_dot_i8x16_i7x16_s(w0, v));
          t01 = i16x8.add(t01, i16x8.relaxed_dot_i8x16_i7x16_s(w1, v));
          v = v128.load32_splat(p1);
          t10 = i16x8.add(t10, i16x8.relaxed_dot_i8x16_i7x16_s(w0, v));
          t11 = i16x8.add(t11, i16x8.relaxed_dot_i8x16_i7x16_s(w1, v));
          w += 32;
          p0 += 4;
          p1 += 4;
        }
        s00 = i32x4.add(s00, i32x4.extadd_pairwise_i16x8_s(t00));
        s01 = i32x4.add(s01, i32x4.extadd_pairwise_i16x8_s(t01));
        s10 = i32x4.add(s10, i32x4.extadd_pairwise_i16x8_s(t10));
        s11 = i32x4.add(s11, i32x4.extadd_pairwise_i16x8_s(t11));
      }
      p0 += skip;
      p1 += skip;
    }
    storeSums(s00, s01, ends, form, y, codes, pixel * outStep, kept);
    storeSums(s10, s11, ends, form, y, codes, next * outStep, kept);
  }
}

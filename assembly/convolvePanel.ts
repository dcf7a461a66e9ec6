// The product that convolutions and their input gradients are made of: windows of pixels by a panel of eight channels. A
// tile of 4 x 8 sums stays in registers.
import { addProduct } from './lanes';

/**
 * out[pixel, 8] = (start[8] + sum over kernel rows and `depth` numbers of window[pixel, row, depth] panel[row, depth, 8])
 * factor[8] + shift[8], each rounded, clamped to [low, high], for all `rows` x `columns` pixels, four at a time. `ends` holds
 * start, factor and shift, 8 numbers each. Stores the first `kept` of the 8 channels; `spare` has room for 8 numbers.
 */
export function convolvePanel(
  window: usize,
  windowLine: usize,
  windowStep: usize,
  kernelLine: usize,
  panel: usize,
  kernelRows: i32,
  depth: i32,
  out: usize,
  outLine: usize,
  outStep: usize,
  rows: i32,
  columns: i32,
  kept: i32,
  spare: usize,
  ends: usize,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const last = rows * columns - 1;
  for (let pixel = 0; pixel <= last; pixel += 4) {
    // Behind the last pixel the last one is computed again.
    const i1 = min(pixel + 1, last);
    const i2 = min(pixel + 2, last);
    const i3 = min(pixel + 3, last);
    const y0 = pixel / columns;
    const y1 = i1 / columns;
    const y2 = i2 / columns;
    const y3 = i3 / columns;
    const x0 = pixel - y0 * columns;
    const x1 = i1 - y1 * columns;
    const x2 = i2 - y2 * columns;
    const x3 = i3 - y3 * columns;
    let p0 = window + windowLine * y0 + windowStep * x0;
    let p1 = window + windowLine * y1 + windowStep * x1;
    let p2 = window + windowLine * y2 + windowStep * x2;
    let p3 = window + windowLine * y3 + windowStep * x3;
    let s00 = v128.load(ends);
    let s01 = v128.load(ends, 16);
    let s10 = v128.load(ends);
    let s11 = v128.load(ends, 16);
    let s20 = v128.load(ends);
    let s21 = v128.load(ends, 16);
    let s30 = v128.load(ends);
    let s31 = v128.load(ends, 16);
    let w = panel;
    const skip = kernelLine - (<usize>depth << 2);
    for (let row = kernelRows; row > 0; row--) {
      for (const end = p0 + (<usize>depth << 2); p0 < end; ) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let v = v128.load32_splat(p0);
        s00 = addProduct(s00, v, w0);
        s01 = addProduct(s01, v, w1);
        v = v128.load32_splat(p1);
        s10 = addProduct(s10, v, w0);
        s11 = addProduct(s11, v, w1);
        v = v128.load32_splat(p2);
        s20 = addProduct(s20, v, w0);
        s21 = addProduct(s21, v, w1);
        v = v128.load32_splat(p3);
        s30 = addProduct(s30, v, w0);
        s31 = addProduct(s31, v, w1);
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
    const f0 = v128.load(ends, 32);
    const f1 = v128.load(ends, 48);
    const b0 = v128.load(ends, 64);
    const b1 = v128.load(ends, 80);
    storePixel(
      out + outLine * y0 + outStep * x0, finish(s00, f0, b0, lows, highs), finish(s01, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y1 + outStep * x1, finish(s10, f0, b0, lows, highs), finish(s11, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y2 + outStep * x2, finish(s20, f0, b0, lows, highs), finish(s21, f1, b1, lows, highs), kept, spare,
    );
    storePixel(
      out + outLine * y3 + outStep * x3, finish(s30, f0, b0, lows, highs), finish(s31, f1, b1, lows, highs), kept, spare,
    );
  }
}

/** Never a fused product: the sums of integers that come here are exact, and what follows must be the same everywhere. */
// @ts-ignore: decorator
@inline
function finish(sum: v128, factor: v128, shift: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(f32x4.add(f32x4.mul(sum, factor), shift), low), high);
}

/** The ends of 8 channels: starts (address 0: zeros), factors (ones), shifts (zeros), of which `kept` are given. */
export function packEnds(ends: usize, start: usize, factor: usize, shift: usize, kept: i32): void {
  memory.fill(ends, 0, 96);
  const one = f32x4.splat(1);
  v128.store(ends, one, 32);
  v128.store(ends, one, 48);
  const bytes = <usize>kept << 2;
  if (start != 0) memory.copy(ends, start, bytes);
  if (factor != 0) memory.copy(ends + 32, factor, bytes);
  if (shift != 0) memory.copy(ends + 64, shift, bytes);
}

// @ts-ignore: decorator
@inline
function storePixel(out: usize, a: v128, b: v128, kept: i32, spare: usize): void {
  if (kept == 8) {
    v128.store(out, a);
    v128.store(out, b, 16);
  } else {
    v128.store(spare, a);
    v128.store(spare, b, 16);
    memory.copy(out, spare, <usize>kept << 2);
  }
}

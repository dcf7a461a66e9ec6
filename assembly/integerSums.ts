// Sums of integers for a slice of eight output channels, and what becomes of them. `ends` of a slice: start (i32), factor and
// shift (f32), 8 numbers each. `form`: low and high of the activation, then the grid of the codes (codes.ts).
import { bytesOf, codesOf, storeGrid } from './codes';

/** Bytes of the ends of a slice. */
export const ENDS: usize = 96;
/** Bytes of scratch memory for `form` and a spare place behind it. */
export const FORM: usize = 64;

// @ts-ignore: decorator
@inline
export function storeForm(form: usize, low: f32, high: f32, inverse: f32, minCode: f32, maxCode: f32): void {
  store<f32>(form, low);
  store<f32>(form, high, 4);
  storeGrid(form + 8, inverse, minCode, maxCode);
}

/** Product and sum are rounded separately, so that the result is the same everywhere. */
// @ts-ignore: decorator
@inline
function finish(sum: v128, factor: v128, shift: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(low, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), factor), shift)), high);
}

/**
 * Stores the first `kept` of 8 channels, as floats to `y` and as codes to `codes` (address 0: not), `at` numbers behind
 * them.
 */
export function storeSums(a: v128, b: v128, ends: usize, form: usize, y: usize, codes: usize, at: usize, kept: i32): void {
  const low = v128.load32_splat(form);
  const high = v128.load32_splat(form, 4);
  const p = finish(a, v128.load(ends, 32), v128.load(ends, 64), low, high);
  const q = finish(b, v128.load(ends, 48), v128.load(ends, 80), low, high);
  const spare = form + 32;
  if (y != 0) {
    y += at << 2;
    if (kept == 8) {
      v128.store(y, p);
      v128.store(y, q, 16);
    } else {
      v128.store(spare, p);
      v128.store(spare, q, 16);
      memory.copy(y, spare, <usize>kept << 2);
    }
  }
  if (codes != 0) {
    codes += at;
    const bytes = bytesOf(codesOf(p, form + 8), codesOf(q, form + 8));
    if (kept == 8) v128.store64_lane(codes, bytes, 0);
    else {
      v128.store64_lane(spare, bytes, 0);
      memory.copy(codes, spare, <usize>kept);
    }
  }
}

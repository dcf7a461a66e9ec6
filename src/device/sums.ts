// Sums and averages of codes of different levels, as the programs compute them that run .tflite files.
import { roundHalfToEven } from '../math/rounding';
import { multiplied, multiplierOf } from './requantize';

/** Levels of codes: `scale (code - zero)`. */
interface Grid {
  readonly scale: number;
  readonly zero: number;
}

/** With `bits` more bits. Reference: tflite/kernels/internal/reference/add.h. */
export function addAsTflm(a: Grid, b: Grid, y: Grid, bits: number) {
  const twice = 2 * Math.max(a.scale, b.scale);
  const [left, right] = [multiplierOf(a.scale / twice), multiplierOf(b.scale / twice)];
  const result = multiplierOf(twice / (2 ** bits * y.scale));
  return (p: number, q: number) =>
    multiplied(multiplied((p - a.zero) * 2 ** bits, left) + multiplied((q - b.zero) * 2 ** bits, right), result);
}

/** Reference: XNNPACK, xnn_init_qs8_add_minmax_scalar_params: ratios of 21 bits, one shift, half up. */
export function addAsLiteRt(a: Grid, b: Grid, y: Grid) {
  const [left, right] = [Math.fround(a.scale / y.scale), Math.fround(b.scale / y.scale)];
  const shift = 20 - Math.floor(Math.log2(Math.max(left, right)));
  const [p, q] = [roundHalfToEven(left * 2 ** shift), roundHalfToEven(right * 2 ** shift)];
  const bias = 2 ** (shift - 1) - p * a.zero - q * b.zero;
  return (x: number, z: number) => Math.floor((bias + x * p + z * q) / 2 ** shift);
}

/** Reference: tflite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum. */
export function meanAsTflm(x: Grid, y: Grid, places: number) {
  const { mantissa, shift } = multiplierOf(x.scale / y.scale);
  const bits = Math.min(Math.floor(Math.log2(places)), 31 + shift);
  const divided = { mantissa: Math.floor((mantissa * 2 ** bits) / places), shift: shift - bits };
  return (sum: number) => multiplied(sum, divided);
}

/** Reference: XNNPACK, reduction with a float32 scale, half to even. */
export function meanAsLiteRt(x: Grid, y: Grid, places: number) {
  const factor = Math.fround(Math.fround(x.scale / y.scale) / places);
  return (sum: number) => roundHalfToEven(Math.fround(sum * factor));
}

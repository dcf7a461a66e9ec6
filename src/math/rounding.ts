// Rounding to the nearest integer, ties to even: the rule of IEEE 754, ONNX, PyTorch and WGSL.
// `Math.round` sends ties up (-0.5 -> 0, 0.5 -> 1, 2.5 -> 3) and is not used for codes anywhere.

// Adding 1.5 * 2^52 pushes the fraction out of a double's mantissa; the addition itself rounds half to even.
const MAGIC = 6755399441055744;

/**
 * Rounds to the nearest integer, ties to even. Exact for |x| < 2^51; NaN and infinities pass through.
 * Reference: IEEE 754-2019, 4.3.1 (roundTiesToEven).
 */
export function roundHalfToEven(x: number): number {
  return x > -2251799813685248 && x < 2251799813685248 ? x + MAGIC - MAGIC : x;
}

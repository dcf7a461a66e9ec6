// Sums of integers as codes of 8 or 16 bits, as the programs round that run .tflite files. They differ by a code here and there, so
// whoever asks for a device's accuracy has to say whose rounding it is:
// - `tflm`: TensorFlow Lite for Microcontrollers, TensorFlow Lite's reference kernels, CMSIS-NN and ESP-NN, as they are built
//   unless told otherwise. A factor is an integer of 31 bits and a shift, which round one after the other.
//   Reference: tflite/kernels/internal/common.cc, MultiplyByQuantizedMultiplier; CMSIS-NN, arm_nn_requantize.
// - `litert`: LiteRT with XNNPACK, as on phones and in browsers. A factor is a float32 number.
//   Reference: XNNPACK, xnn_init_qs8_qc8w_conv_minmax_fp32_scalar_params. What XNNPACK does not have, LiteRT computes with
//   TensorFlow Lite's kernels: INT4 convolutions with integer factors that round once (ruy), 16-bit dense layers in float64.
// Convolutions of 16-bit activations add in 64 bits, and all of these programs multiply by a factor of 15 bits that rounds once.
// Reference: MultiplyByQuantizedMultiplier for int64_t; CMSIS-NN, arm_nn_requantize_s64.
import { roundHalfToEven } from '../math/rounding';

export const DEVICE_ROUNDINGS = {
  tflm: { label: 'Microcontrollers (TFLM, CMSIS-NN)' },
  litert: { label: 'Phones and browsers (LiteRT)' },
} as const;

export type DeviceRounding = keyof typeof DEVICE_ROUNDINGS;

/** Half away from zero, as C's `round`. */
export const roundAway = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

export const clamp = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/** A positive factor as `mantissa / 2^31 * 2^shift`, with the mantissa in [2^30, 2^31). */
interface Multiplier {
  readonly mantissa: number;
  readonly shift: number;
}

/** The multiplier of a factor below 2^30; too small ones are 0. Reference: QuantizeMultiplier. */
export function multiplierOf(factor: number): Multiplier {
  if (factor === 0) return { mantissa: 0, shift: 0 };
  let shift = Math.floor(Math.log2(factor)) + 1;
  // A logarithm may be off by one next to a power of two.
  if (factor / 2 ** shift >= 1) shift++;
  else if (factor / 2 ** shift < 0.5) shift--;
  const mantissa = roundAway((factor / 2 ** shift) * 2 ** 31);
  if (mantissa === 2 ** 31) return { mantissa: 2 ** 30, shift: shift + 1 };
  return shift < -31 ? { mantissa: 0, shift: 0 } : { mantissa, shift };
}

/** floor((x * mantissa + 2^(bits - 1)) / 2^bits) for at least 31 bits, in parts that doubles hold exactly. */
function highProduct(x: number, mantissa: number, bits = 31): number {
  const high = Math.floor(mantissa / 65536);
  const low = mantissa - high * 65536;
  return Math.floor((x * high + 2 ** (bits - 17) + Math.floor((x * low) / 65536)) / 2 ** (bits - 16));
}

/** x / 2^exponent, half away from zero. */
function shiftedRight(x: number, exponent: number): number {
  if (exponent === 0) return x;
  const divisor = 2 ** exponent;
  const floor = Math.floor(x / divisor);
  const rest = x - floor * divisor;
  return floor + (rest > divisor / 2 || (rest === divisor / 2 && x >= 0) ? 1 : 0);
}

/** x times a factor, rounded twice: to the mantissa's bits, then by the shift. */
export function multiplied(x: number, { mantissa, shift }: Multiplier): number {
  const left = Math.max(shift, 0);
  return shiftedRight(highProduct(x * 2 ** left, mantissa), left - shift);
}

/** x times a factor below 2^14, rounded once. */
const multipliedOnce = (x: number, { mantissa, shift }: Multiplier) => highProduct(x, mantissa, 31 - shift);

/** The largest factor of 15 bits. */
const LARGEST_15 = 0x7fff;

/** x, an integer below 2^37, times a factor of 15 bits, rounded once. */
function multipliedWide(x: number, { mantissa, shift }: Multiplier): number {
  const reduced = Math.min(Math.floor((mantissa + 2 ** 15) / 2 ** 16), LARGEST_15);
  return Math.floor((x * reduced + 2 ** (14 - shift)) / 2 ** (15 - shift));
}

/** The codes of sums, channel by channel, before the zero point is added. */
type Requantize = (sum: number, channel: number) => number;

/** What a layer computes, as far as programs have kernels of their own for it. */
export interface LayerKind {
  /** Activations of 16 bits. */
  readonly isWide: boolean;
  readonly isInt4: boolean;
  readonly isDense: boolean;
}

/** The factor of a channel is input scale times kernel scale over output scale; each of the three is a float32 number. */
export function requantizer(
  rounding: DeviceRounding,
  input: number,
  kernel: ArrayLike<number>,
  output: number,
  channels: number,
  { isWide, isInt4, isDense }: LayerKind,
): Requantize {
  const each = Array.from({ length: channels }, (_, c) => kernel[kernel.length === 1 ? 0 : c]);
  const exact = each.map((scale) => (input * scale) / output);
  const multipliers = exact.map(multiplierOf);
  if (isWide)
    return rounding === 'litert' && isDense
      ? (sum, c) => roundAway(sum * exact[c])
      : (sum, c) => multipliedWide(sum, multipliers[c]);
  if (rounding === 'tflm') return (sum, c) => multiplied(sum, multipliers[c]);
  if (isInt4 && !isDense) return (sum, c) => multipliedOnce(sum, multipliers[c]);
  const factors = Float32Array.from(each, (scale) => Math.fround(input * scale) / output);
  return (sum, c) => roundHalfToEven(Math.fround(Math.fround(sum) * factors[c]));
}

// Sums of integers as codes of 8 bits, as the programs round that run .tflite files. They differ by a code here and there, so
// whoever asks for a device's accuracy has to say whose rounding it is:
// - `tflm`: TensorFlow Lite for Microcontrollers, TensorFlow Lite's reference kernels, CMSIS-NN and ESP-NN, as they are built
//   unless told otherwise. A factor is an integer of 31 bits and a shift, which round one after the other.
//   Reference: tflite/kernels/internal/common.cc, MultiplyByQuantizedMultiplier; CMSIS-NN, arm_nn_requantize.
// - `litert`: LiteRT with XNNPACK, as on phones and in browsers. A factor is a float32 number.
//   Reference: XNNPACK, xnn_init_qs8_qc8w_conv_minmax_fp32_scalar_params.
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
export const multipliedOnce = (x: number, { mantissa, shift }: Multiplier) => highProduct(x, mantissa, 31 - shift);

/** The codes of sums, channel by channel, before the zero point is added. */
type Requantize = (sum: number, channel: number) => number;

/**
 * The factor of a channel is input scale times kernel scale over output scale; each of the three is a float32 number. INT4
 * convolutions are not XNNPACK's: LiteRT computes them with integer factors that round once (TFLITE_SINGLE_ROUNDING).
 */
export function requantizer(
  rounding: DeviceRounding,
  input: number,
  kernel: ArrayLike<number>,
  output: number,
  channels: number,
  isInt4Convolution: boolean,
): Requantize {
  const each = Array.from({ length: channels }, (_, c) => kernel[kernel.length === 1 ? 0 : c]);
  if (rounding === 'litert' && !isInt4Convolution) {
    const factors = Float32Array.from(each, (scale) => Math.fround(input * scale) / output);
    return (sum, c) => roundHalfToEven(Math.fround(Math.fround(sum) * factors[c]));
  }
  const multipliers = each.map((scale) => multiplierOf((input * scale) / output));
  const multiply = rounding === 'litert' ? multipliedOnce : multiplied;
  return (sum, c) => multiply(sum, multipliers[c]);
}

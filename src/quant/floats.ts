// The parts of float32 and float16 numbers: exponents for block floating point, half precision for stored scales.
// Reference: IEEE 754-2019, 3.4 (binary16, binary32).
import { roundHalfToEven } from '../math/rounding';

const float = new Float32Array(1);
const bitsOfFloat = new Uint32Array(float.buffer);

/** `floor(log2 |x|)` of a float32, exact because it is read from the bits; -127 for zero and subnormal numbers. */
export function exponentOf(x: number): number {
  float[0] = x;
  return ((bitsOfFloat[0] >>> 23) & 255) - 127;
}

/** The largest float16. */
export const MAX_FLOAT16 = 65504;

/** The nearest float16, ties to even. Infinite from 65520 on; numbers below 2^-25 become 0. */
export function roundToFloat16(x: number): number {
  if (!Number.isFinite(x)) return x;
  const step = 2 ** (Math.max(exponentOf(x), -14) - 10);
  const rounded = roundHalfToEven(x / step) * step;
  return Math.abs(rounded) > MAX_FLOAT16 ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}

/** The 16 bits of a number that is a float16. */
export function float16Bits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (magnitude > MAX_FLOAT16) return sign | 0x7c00;
  const exponent = Math.max(exponentOf(magnitude), -15);
  if (exponent < -14) return sign | (magnitude * 2 ** 24);
  return sign | ((exponent + 15) << 10) | ((magnitude / 2 ** exponent - 1) * 1024);
}

/** The number that 16 bits encode. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

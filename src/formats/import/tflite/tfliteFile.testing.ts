// Writes small .tflite files, as converters do.
import { streamOfTest } from '../../../math/rng.testing';
import { TfliteFile as File, type TensorSpec } from '../../tfliteFile';

const rng = streamOfTest(23);
/** Normal numbers with standard deviation 0.4. */
export const normal = (count: number): Float32Array => Float32Array.from({ length: count }, () => 0.4 * rng().normal());
/** Codes from `low` to `high`. */
export const codes = (count: number, low: number, high: number): Int8Array =>
  Int8Array.from({ length: count }, () => low + rng().integer(high - low + 1));

export const product = (shape: readonly number[]): number => shape.reduce((all, d) => all * d, 1);

/** Two codes a byte, the first in the low half. */
export function packed4(list: Int8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(list.length / 2));
  list.forEach((code, i) => {
    bytes[i >> 1] |= (code & 15) << (4 * (i % 2));
  });
  return bytes;
}

/** A file in the making, of random weights. */
export class TfliteFile extends File {
  input(shape: readonly number[], spec: TensorSpec = {}): number {
    this.inputs = [this.add('image', shape, spec)];
    return this.inputs[0];
  }

  /** A float constant of normal numbers. */
  weight(name: string, shape: readonly number[], data: ArrayBufferView = normal(product(shape))): number {
    return this.add(name, shape, { data });
  }

  /** A second output of the last operation, whose first one is `output`. */
  further(output: number, name: string, shape: readonly number[]): number {
    const second = this.add(name, shape);
    this.operators.push({ ...this.operators.pop(), outputs: [output, second] });
    return second;
  }

  override bytes({ description = 'a test' } = {}): Uint8Array<ArrayBuffer> {
    return super.bytes({ description });
  }
}

/** Options of windows: padding 0 is same, 1 is valid; activations as `FUSED`. */
export const conv = (stride = 1, padding = 0, fusedActivation = 0) =>
  [1, { padding, strideW: stride, strideH: stride, fusedActivation }] as const;
export const depthwise = (stride = 1, padding = 0, fusedActivation = 0) =>
  [2, { padding, strideW: stride, strideH: stride, depthMultiplier: 1, fusedActivation }] as const;
export const pool = (size: number, stride: number, padding = 1) =>
  [5, { padding, strideW: stride, strideH: stride, filterWidth: size, filterHeight: size }] as const;

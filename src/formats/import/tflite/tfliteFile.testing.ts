// Writes small .tflite files, as converters do.
import { createRng } from '../../../math/rng';
import { encodeFlatBuffer, type FlatValues } from '../../flatbuffer.testing';
import { BUILTIN_OPERATORS, TENSOR_TYPES, TFLITE_IDENTIFIER, TFLITE_SCHEMA, TFLITE_VERSION } from '../../tfliteSchema';

export interface TensorSpec {
  readonly type?: keyof typeof TENSOR_TYPES;
  readonly data?: ArrayBufferView;
  /** One scale, or one per position on `axis`. */
  readonly scales?: readonly number[];
  readonly zeros?: readonly number[];
  readonly axis?: number;
}

const rng = createRng(23);
/** Normal numbers with standard deviation 0.4. */
export const normal = (count: number): Float32Array => Float32Array.from({ length: count }, () => 0.4 * rng.normal());
/** Codes from `low` to `high`. */
export const codes = (count: number, low: number, high: number): Int8Array =>
  Int8Array.from({ length: count }, () => low + rng.integer(high - low + 1));

export const product = (shape: readonly number[]): number => shape.reduce((all, d) => all * d, 1);

/** Two codes a byte, the first in the low half. */
export function packed4(list: Int8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(list.length / 2));
  list.forEach((code, i) => {
    bytes[i >> 1] |= (code & 15) << (4 * (i % 2));
  });
  return bytes;
}

/** A file in the making. Tensors are named by `add`, `weight` and `op`, and referred to by number. */
export class TfliteFile {
  private readonly buffers: FlatValues[] = [{}];
  private readonly tensors: FlatValues[] = [];
  private readonly operators: FlatValues[] = [];
  private readonly codes: { code: number; version: number }[] = [];
  outputs: number[] = [];
  inputs: number[] = [];

  add(
    name: string,
    shape: readonly number[],
    { type = 'FLOAT32', data, scales, zeros, axis = 0 }: TensorSpec = {},
  ): number {
    const bytes = data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const buffer = bytes ? this.buffers.push({ data: bytes }) - 1 : 0;
    const quantization = scales && { scale: scales, zeroPoint: zeros ?? scales.map(() => 0), axis };
    const tensor = {
      name,
      shape,
      type: TENSOR_TYPES[type],
      buffer,
      hasRank: true,
      ...(quantization && { quantization }),
    };
    return this.tensors.push(tensor) - 1;
  }

  input(shape: readonly number[], spec: TensorSpec = {}): number {
    this.inputs = [this.add('image', shape, spec)];
    return this.inputs[0];
  }

  /** A float constant of normal numbers. */
  weight(name: string, shape: readonly number[], data: ArrayBufferView = normal(product(shape))): number {
    return this.add(name, shape, { data });
  }

  /** A list of int32 numbers. */
  integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): number {
    return this.add(name, shape, { type: 'INT32', data: Int32Array.from(values) });
  }

  /** An operation with one output, which is the file's until another follows. */
  op(
    op: keyof typeof BUILTIN_OPERATORS,
    inputs: readonly number[],
    output: number,
    options?: readonly [number, FlatValues],
    version = 1,
  ): number {
    const code = BUILTIN_OPERATORS[op];
    const same = this.codes.findIndex((known) => known.code === code && known.version === version);
    const opcode = same < 0 ? this.codes.push({ code, version }) - 1 : same;
    this.operators.push({ opcode, inputs, outputs: [output], ...(options && { options }) });
    this.outputs = [output];
    return output;
  }

  bytes(description = 'a test'): Uint8Array {
    const { tensors, inputs, outputs, operators, buffers, codes } = this;
    const operatorCodes = codes.map(({ code, version }) => ({ deprecatedCode: Math.min(code, 127), code, version }));
    const subgraphs = [{ tensors, inputs, outputs, operators, name: 'main' }];
    const model = { version: TFLITE_VERSION, operatorCodes, subgraphs, buffers, description };
    return encodeFlatBuffer(model, TFLITE_SCHEMA, 'Model', TFLITE_IDENTIFIER);
  }
}

/** Options of windows: padding 0 is same, 1 is valid; activations as `FUSED`. */
export const conv = (stride = 1, padding = 0, fusedActivation = 0) =>
  [1, { padding, strideW: stride, strideH: stride, fusedActivation }] as const;
export const depthwise = (stride = 1, padding = 0, fusedActivation = 0) =>
  [2, { padding, strideW: stride, strideH: stride, depthMultiplier: 1, fusedActivation }] as const;
export const pool = (size: number, stride: number, padding = 1) =>
  [5, { padding, strideW: stride, strideH: stride, filterWidth: size, filterHeight: size }] as const;

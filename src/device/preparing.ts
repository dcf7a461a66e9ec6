// What the operations of a .tflite file are computed from: their tensors, levels and windows.
import type { TfliteModel, TfliteOperation, TfliteTensor } from '../formats/import/tflite/model';
import { FUSED, SAME_PADDING, TENSOR_TYPES } from '../formats/tfliteSchema';
import type { Codes, WindowShape } from './convolution';
import { type DeviceRounding, roundAway } from './requantize';

/** Something that cannot be computed as a device does. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** Codes of the output from those of all tensors, by position. */
export type Run = (values: readonly Codes[]) => Codes;

/** What an operation is prepared from. */
export interface Preparing {
  readonly model: TfliteModel;
  readonly operation: TfliteOperation;
  readonly rounding: DeviceRounding;
}

/** Levels of codes of 8 or 16 bits: `scale (code - zero)`. */
export interface CodeGrid {
  readonly scale: number;
  readonly zero: number;
  /** Ends of the codes. */
  readonly low: number;
  readonly high: number;
  /** Zeros, as codes are stored. */
  readonly codes: (size: number) => Codes;
}

const TYPES = new Map<number, Pick<CodeGrid, 'low' | 'high' | 'codes'>>([
  [TENSOR_TYPES.INT8, { low: -(2 ** 7), high: 2 ** 7 - 1, codes: (size) => new Int8Array(size) }],
  [TENSOR_TYPES.INT16, { low: -(2 ** 15), high: 2 ** 15 - 1, codes: (size) => new Int16Array(size) }],
]);

/** The levels of a tensor. @throws DeviceError for another type than codes of 8 or 16 bits. */
export function gridOf({ name, type, grid }: TfliteTensor): CodeGrid {
  const of = TYPES.get(type);
  if (of === undefined || grid === undefined)
    throw new DeviceError(
      `"${name}" holds no codes of 8 or 16 bits; only files of integers alone can be computed as a device does.`,
    );
  return { scale: grid.scales[0], zero: grid.zeros[0], ...of };
}

export const isWide = ({ type }: TfliteTensor) => type === TENSOR_TYPES.INT16;

export const tensorAt = ({ model, operation }: Preparing, i: number): TfliteTensor =>
  model.tensors[operation.inputs[i] as number];
export const output = ({ model, operation }: Preparing): TfliteTensor => model.tensors[operation.outputs[0]];
export const sizeOf = ({ shape }: TfliteTensor) => shape.reduce((product, d) => product * d, 1);
export const integers = ({ data }: TfliteTensor) => new Int32Array((data as Uint8Array).slice().buffer);

/** Ends of the codes after a fused activation. */
export function bounds({ operation }: Preparing, { scale, zero, low, high }: CodeGrid) {
  const kind = operation.options.fusedActivation ?? FUSED.NONE;
  const code = (value: number) => zero + roundAway(Math.fround(value / scale));
  const rectifies = kind === FUSED.RELU || kind === FUSED.RELU6;
  return [rectifies ? Math.max(low, code(0)) : low, kind === FUSED.RELU6 ? Math.min(high, code(6)) : high] as const;
}

export function windowShape(preparing: Preparing, size: readonly [number, number]): WindowShape {
  const [, h, w, c] = tensorAt(preparing, 0).shape;
  const [, rows, columns, channels] = output(preparing).shape;
  const { strideH = 1, strideW = 1, padding = SAME_PADDING } = preparing.operation.options;
  const before = (out: number, stride: number, k: number, side: number) =>
    padding === SAME_PADDING ? Math.max((out - 1) * stride + k - side, 0) >> 1 : 0;
  return {
    ...{ input: [h, w, c], output: [rows, columns, channels], size, strides: [strideH, strideW] },
    before: [before(rows, strideH, size[0], h), before(columns, strideW, size[1], w)],
  };
}

// Constants of a .tflite file as float32 numbers, and the codes and scales of quantized ones.
import { TENSOR_TYPES } from '../../tfliteSchema';
import type { ActivationCodes, WeightCodes } from '../layerRounding';
import { decodeNumbers, type NumberType } from '../numbers';
import { refuse } from '../refusal';
import { contradicts, type TfliteTensor, typeName } from './model';

/** Numbers with their shape, row-major, and how they are quantized. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Integers times one scale, or one per position on an axis. */
  readonly coded?: WeightCodes;
}

/** Types with whole bytes. A Map, because the key comes from a file. */
const NUMBER_TYPES: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [TENSOR_TYPES.FLOAT32, 'F32'],
  [TENSOR_TYPES.FLOAT16, 'F16'],
  [TENSOR_TYPES.BFLOAT16, 'BF16'],
  [TENSOR_TYPES.FLOAT64, 'F64'],
  [TENSOR_TYPES.INT64, 'I64'],
  [TENSOR_TYPES.INT32, 'I32'],
  [TENSOR_TYPES.INT16, 'I16'],
  [TENSOR_TYPES.INT8, 'I8'],
  [TENSOR_TYPES.UINT8, 'U8'],
]);
/** Types of several codes per byte, the first in the lowest bits. */
const PACKED: ReadonlyMap<number, { readonly bits: number; readonly signed: boolean }> = new Map([
  [TENSOR_TYPES.INT4, { bits: 4, signed: true }],
  [TENSOR_TYPES.UINT4, { bits: 4, signed: false }],
  [TENSOR_TYPES.INT2, { bits: 2, signed: true }],
]);
/** Bytes of a number of each type that takes whole bytes. */
export const BYTES: ReadonlyMap<number, number> = new Map([
  [TENSOR_TYPES.FLOAT64, 8],
  [TENSOR_TYPES.INT64, 8],
  [TENSOR_TYPES.FLOAT32, 4],
  [TENSOR_TYPES.INT32, 4],
  [TENSOR_TYPES.FLOAT16, 2],
  [TENSOR_TYPES.BFLOAT16, 2],
  [TENSOR_TYPES.INT16, 2],
  [TENSOR_TYPES.INT8, 1],
  [TENSOR_TYPES.UINT8, 1],
]);

/** Bits of the codes of an integer type; undefined for types that are no codes. */
function codeBits(type: number): number | undefined {
  const packed = PACKED.get(type)?.bits;
  if (packed !== undefined) return packed;
  const bytes = BYTES.get(type);
  const isCode = type === TENSOR_TYPES.INT8 || type === TENSOR_TYPES.UINT8 || type === TENSOR_TYPES.INT16;
  return isCode && bytes !== undefined ? bytes * 8 : undefined;
}

/** Smallest and largest code of an integer type of codes. */
function codeEnds(type: number): { readonly low: number; readonly high: number } {
  const bits = codeBits(type) ?? 0;
  const isSigned = type !== TENSOR_TYPES.UINT8 && type !== TENSOR_TYPES.UINT4;
  return isSigned ? { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 } : { low: 0, high: 2 ** bits - 1 };
}

function unpacked(data: Uint8Array, count: number, bits: number, signed: boolean): Float32Array {
  const perByte = 8 / bits;
  return Float32Array.from({ length: count }, (_, i) => {
    const code = (data[Math.floor(i / perByte)] >> (bits * (i % perByte))) & (2 ** bits - 1);
    return signed && code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
  });
}

/** The numbers as stored: codes, if they are quantized. */
function stored({ name, shape, type, data }: TfliteTensor, file: string): Float32Array {
  const count = shape.reduce((product, d) => product * d, 1);
  const packed = PACKED.get(type);
  const number = NUMBER_TYPES.get(type);
  if (packed === undefined && number === undefined)
    refuse(`Its tensor "${name}" holds ${typeName(type)}.`, 'Convert the network to float32 or int8.');
  const wanted = packed ? Math.ceil((count * packed.bits) / 8) : count * (BYTES.get(type) as number);
  const has = data?.length ?? 0;
  if (has !== wanted)
    contradicts(`${file}, tensor "${name}"`, `It needs ${wanted} bytes for [${shape.join(', ')}] but has ${has}.`);
  if (packed) return unpacked(data as Uint8Array, count, packed.bits, packed.signed);
  return decodeNumbers(data ?? new Uint8Array(), number as NumberType);
}

/** A constant's numbers: codes are multiplied with their scales. @throws Refusal, ImportError */
export function readConstant(tensor: TfliteTensor, file: string): Constant {
  const { shape, type, grid, otherGrid, name } = tensor;
  if (otherGrid)
    refuse(
      `Its tensor "${name}" is stored in blocks or without its zeros.`,
      'Convert the network with one scale per tensor or per channel.',
    );
  const numbers = stored(tensor, file);
  const isQuantized = grid !== undefined && type !== TENSOR_TYPES.FLOAT32 && type !== TENSOR_TYPES.FLOAT16;
  if (!isQuantized) return { shape, values: numbers };
  const { scales, zeros, axis } = grid;
  const inner = shape.slice(axis + 1).reduce((product, d) => product * d, 1);
  const place = scales.length === 1 ? () => 0 : (i: number) => Math.floor(i / inner) % scales.length;
  const codes = numbers.map((code, i) => code - zeros[zeros.length === 1 ? 0 : place(i)]);
  const values = codes.map((code, i) => code * scales[place(i)]);
  const bits = codeBits(type);
  if (bits === undefined || bits > 8) return { shape, values };
  const coded = {
    codes: codes.map((code, i) => (scales[place(i)] === 0 ? 0 : code)),
    scales: scales.map((scale) => scale || 1),
    ...{ axis, bits },
  };
  return { shape, values, coded };
}

/** A kernel with its axes in another order: axis `i` of the result is axis `order[i]` of `constant`. */
export function transposed({ shape, values, coded }: Constant, order: readonly number[]): Constant {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, d) => product * d, 1));
  const target = order.map((axis) => shape[axis]);
  const from = new Int32Array(values.length);
  for (let i = 0; i < from.length; i++) {
    let rest = i;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from[i] += (rest % target[axis]) * strides[order[axis]];
      rest = Math.floor(rest / target[axis]);
    }
  }
  const moved = (numbers: Float32Array) => numbers.map((_, i) => numbers[from[i]]);
  return {
    shape: target,
    values: moved(values),
    ...(coded && { coded: { ...coded, codes: moved(coded.codes), axis: order.indexOf(coded.axis) } }),
  };
}

/** How a tensor rounds what it holds; undefined for float ones. */
export function roundingOf({ type, grid }: TfliteTensor): ActivationCodes | undefined {
  if (grid === undefined || grid.scales.length !== 1) return undefined;
  const { low, high } = codeEnds(type);
  return high > low ? { scale: grid.scales[0], zero: grid.zeros[0], low, high } : undefined;
}

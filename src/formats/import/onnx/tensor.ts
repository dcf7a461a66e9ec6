// Numbers of ONNX tensors: every type of weights or shapes, as float32 or, for wider types, float64.
// Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (TensorProto).
import { fromFloat16Bits } from '../../../quant/floats';
import { ImportError, type ModelFile } from '../importer';
import type { WeightCodes } from '../layerRounding';
import { contradicts } from './errors';
import type { StoredTensor } from './tensorProto';

/** A constant. Integers are exact up to 2^53. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly values: Float32Array | Float64Array;
  /** True for the types that hold fractions. */
  readonly float: boolean;
  /** TensorProto.DataType; only for stored tensors. */
  readonly type?: number;
  /** Smallest and largest possible code; only for codes. */
  readonly ends?: CodeEnds;
  /** The codes and scales of quantized weights; lost when their shape changes. */
  readonly coded?: WeightCodes;
  /** Bits of quantized weights, including those whose scales do not fit `coded`. */
  readonly codeBits?: number;
}

export interface CodeEnds {
  readonly low: number;
  readonly high: number;
}

interface DataType {
  readonly bits: number;
  /** The value at byte `at` of raw data; packed types are unpacked beforehand. */
  readonly get: (view: DataView, at: number) => number;
  /** The value of an entry of `int32_data` and similar fields, if it is not the number itself. */
  readonly fromNumber?: (entry: number) => number;
  readonly float?: true;
}

const fromBfloat16Bits = (bits: number): number => new Float32Array(Uint32Array.of((bits << 16) >>> 0).buffer)[0];

const signed = (bits: number) => (code: number) => (code >= 2 ** (bits - 1) ? code - 2 ** bits : code);
const packed = (bits: number, sign: boolean): DataType => ({
  bits,
  get: (view, at) => (sign ? signed(bits)(view.getUint8(at)) : view.getUint8(at)),
});

/** TensorProto.DataType. A Map, because the key comes from a file. */
const DATA_TYPES: ReadonlyMap<number, DataType> = new Map<number, DataType>([
  [1, { bits: 32, get: (view, at) => view.getFloat32(at, true), float: true }],
  [2, { bits: 8, get: (view, at) => view.getUint8(at) }],
  [3, { bits: 8, get: (view, at) => view.getInt8(at) }],
  [4, { bits: 16, get: (view, at) => view.getUint16(at, true) }],
  [5, { bits: 16, get: (view, at) => view.getInt16(at, true) }],
  [6, { bits: 32, get: (view, at) => view.getInt32(at, true) }],
  [7, { bits: 64, get: (view, at) => Number(view.getBigInt64(at, true)) }],
  [9, { bits: 8, get: (view, at) => view.getUint8(at) }],
  [10, half(fromFloat16Bits)],
  [11, { bits: 64, get: (view, at) => view.getFloat64(at, true), float: true }],
  [12, { bits: 32, get: (view, at) => view.getUint32(at, true) }],
  [13, { bits: 64, get: (view, at) => Number(view.getBigUint64(at, true)) }],
  [16, half(fromBfloat16Bits)],
  [21, packed(4, false)],
  [22, packed(4, true)],
  [25, packed(2, false)],
  [26, packed(2, true)],
]);

const SIGNED: ReadonlySet<number> = new Set([3, 5, 6, 7, 22, 26]);

const OTHER_TYPES: ReadonlyMap<number, string> = new Map([
  [8, 'text'],
  [14, 'complex numbers'],
  [15, 'complex numbers'],
  [17, 'float8'],
  [18, 'float8'],
  [19, 'float8'],
  [20, 'float8'],
  [23, 'float4'],
]);

function half(fromBits: (bits: number) => number): DataType {
  return {
    bits: 16,
    get: (view, at) => fromBits(view.getUint16(at, true)),
    fromNumber: (bits) => fromBits(bits & 0xffff),
    float: true,
  };
}

/** True for ONNX types with fractions. */
export function isFloatType(type: number): boolean {
  return DATA_TYPES.get(type)?.float === true;
}

/** Smallest code of an integer type: 0 for the unsigned ones. */
export function lowestCode(type: number): number {
  return SIGNED.has(type) ? -(2 ** ((DATA_TYPES.get(type)?.bits ?? 0) - 1)) : 0;
}

/** Largest code of an integer type of up to 32 bits. */
export function highestCode(type: number): number {
  return lowestCode(type) + 2 ** (DATA_TYPES.get(type)?.bits ?? 0) - 1;
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, d) => product * d, 1);

/** Codes of fewer than 8 bits, one per byte; stored low bits first. */
function unpack(raw: Uint8Array, bits: number, count: number): Uint8Array {
  const codes = new Uint8Array(count);
  const perByte = 8 / bits;
  for (let i = 0; i < count; i++) codes[i] = (raw[Math.floor(i / perByte)] >> (bits * (i % perByte))) & (2 ** bits - 1);
  return codes;
}

/** Bytes of a tensor in another file, which must have been dropped too. */
function externalData(tensor: StoredTensor, files: readonly ModelFile[], where: string, bytes: number): Uint8Array {
  const location = tensor.external?.get('location') ?? '';
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const file = files.find(({ name }) => base(name) === base(location));
  if (file === undefined)
    throw new ImportError({
      what: `The weights are in another file, "${location}".`,
      where,
      why: 'The ONNX file holds only the graph, and the other file was not dropped with it.',
      next: 'Drop both files together, or export with external_data=False.',
    });
  const offset = Number(tensor.external?.get('offset') ?? 0);
  const length = Number(tensor.external?.get('length') ?? bytes);
  if (!(Number.isSafeInteger(offset) && offset >= 0 && length === bytes && offset + length <= file.bytes.length))
    contradicts(
      where,
      `The tensor "${tensor.name}" should be ${bytes} bytes at ${offset} of "${file.name}", which has ${file.bytes.length}.`,
    );
  return file.bytes.subarray(offset, offset + length);
}

/**
 * Numbers of a stored tensor; `files` may hold data outside of the model.
 * @throws ImportError if the bytes do not fit the shape, or the type has no numbers.
 */
export function readTensor(tensor: StoredTensor, files: readonly ModelFile[]): Tensor {
  const { name, dims, numbers } = tensor;
  const where = `${files[0].name}, tensor "${name}"`;
  const type = DATA_TYPES.get(tensor.type);
  if (type === undefined)
    throw new ImportError({
      what: `The tensor "${name}" holds ${OTHER_TYPES.get(tensor.type) ?? `type ${tensor.type}`}.`,
      where,
      why: 'Only float and integer weights can be read.',
      next: 'Export the network in float32.',
    });
  const count = sizeOf(dims);
  const bytes = Math.ceil((count * type.bits) / 8);
  const inList = tensor.raw === undefined && tensor.external === undefined;
  const subByte = type.bits < 8;
  let raw = tensor.external === undefined ? tensor.raw : externalData(tensor, files, where, bytes);
  if (inList && subByte) raw = Uint8Array.from(numbers); // a byte an entry, packed as raw data are
  const [has, wanted] = raw === undefined ? [numbers.length, count] : [raw.length, bytes];
  if (has !== wanted) {
    const unit = raw === undefined ? 'numbers' : 'bytes';
    contradicts(where, `The tensor "${name}" [${dims.join(', ')}] needs ${wanted} ${unit} but has ${has}.`);
  }
  const float = type.float === true;
  const values = float && type.bits <= 32 ? new Float32Array(count) : new Float64Array(count);
  if (raw === undefined) {
    const { fromNumber = (entry: number) => entry } = type;
    for (let i = 0; i < count; i++) values[i] = fromNumber(numbers[i]);
  } else {
    const codes = subByte ? unpack(raw, type.bits, count) : raw;
    const step = subByte ? 1 : type.bits / 8;
    const view = new DataView(codes.buffer, codes.byteOffset, codes.byteLength);
    for (let i = 0; i < count; i++) values[i] = type.get(view, i * step);
  }
  const ends = float ? undefined : { low: lowestCode(tensor.type), high: highestCode(tensor.type) };
  return { dims, values, float, type: tensor.type, ...(ends && { ends }) };
}

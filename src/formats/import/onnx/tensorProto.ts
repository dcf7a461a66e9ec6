// Tensors as stored in ONNX (TensorProto): shape, type and location of the numbers.
// Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers).
import type { ProtobufMessage } from '../../protobuf';
import { IMPORT_LIMITS, nameWithin, tooLarge } from '../importer';
import { contradicts } from './errors';

/** A stored tensor; readTensor (tensor.ts) gives its numbers. */
export interface StoredTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly type: number;
  readonly raw?: Uint8Array;
  /** Numbers of `float_data`, `int32_data`, `int64_data`, `double_data` or `uint64_data`. */
  readonly numbers: readonly number[];
  /** `location`, `offset` and `length` of data in another file. */
  readonly external?: ReadonlyMap<string, string>;
}

const MAX_DIMS = 16;

/** Decodes a TensorProto; its numbers stay bytes. */
export function readStoredTensor(message: ProtobufMessage, where: string): StoredTensor {
  const dims: number[] = [];
  const numbers: number[] = [];
  const external = new Map<string, string>();
  let [name, type, apart] = ['', 0, false];
  let raw: Uint8Array | undefined;
  for (const field of message.fields())
    switch (field.number) {
      case 1:
        field.integers(dims);
        break;
      case 2:
        type = field.integer();
        break;
      case 4:
        field.floats(numbers);
        break;
      case 5:
      case 7:
      case 11:
        field.integers(numbers);
        break;
      case 8:
        name = nameWithin(field.text(), where);
        break;
      case 9:
        raw = field.payload();
        break;
      case 10:
        field.doubles(numbers);
        break;
      case 13: {
        const [key, value] = readEntry(field.message());
        external.set(key, value);
        break;
      }
      case 14:
        apart = field.integer() === 1;
    }
  const place = `${where}, tensor "${name}"`;
  if (dims.length > MAX_DIMS || dims.some((d) => !(Number.isSafeInteger(d) && d >= 0)))
    contradicts(place, `The tensor "${name}" has the impossible shape [${dims.slice(0, MAX_DIMS).join(', ')}].`);
  sizeWithin(dims, IMPORT_LIMITS.parameters, (size) =>
    tooLarge(place, `The tensor "${name}" has ${size} numbers.`, `${IMPORT_LIMITS.parameters} numbers`),
  );
  return { name, dims, type, numbers, ...(raw !== undefined && { raw }), ...(apart && { external }) };
}

/** Product of dimensions, which may overflow: beyond `limit` it calls `refuse`. */
export function sizeWithin(dims: readonly number[], limit: number, refuse: (size: string) => never): number {
  if (dims.includes(0)) return 0;
  let size = 1;
  for (const d of dims) {
    size *= d;
    if (!(size <= limit)) refuse(dims.join(' x '));
  }
  return size;
}

/** A StringStringEntryProto. */
export function readEntry(message: ProtobufMessage): [key: string, value: string] {
  const entry: [string, string] = ['', ''];
  for (const field of message.fields())
    if (field.number === 1 || field.number === 2) entry[field.number - 1] = field.text();
  return entry;
}

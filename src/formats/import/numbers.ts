// Numbers of foreign files as float32: their types by safetensors' names, and their bytes.
import { fromFloat16Bits } from '../../quant/floats';

/** Bytes of each number type. */
export const TYPE_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;
export type NumberType = keyof typeof TYPE_BYTES;

/** True for the types of weights; other types are counters and flags. */
export function isFloatType(type: NumberType): boolean {
  return type === 'F32' || type === 'F16' || type === 'BF16' || type === 'F64';
}

let halves: Float32Array | undefined;

/** Every float16 by its bits. */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, bits) => fromFloat16Bits(bits));
  return halves;
}

/**
 * Numbers as float32, copied. Doubles and integers that float32 cannot represent are rounded; doubles beyond its range
 * become infinite.
 */
export function decodeNumbers(bytes: Uint8Array, type: NumberType, littleEndian = true): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = TYPE_BYTES[type];
  const values = new Float32Array(Math.floor(bytes.length / step));
  const words = new Uint32Array(values.buffer);
  const half = type === 'F16' ? halfTable() : undefined;
  for (let i = 0; i < values.length; i++) {
    const at = i * step;
    // Copies bits, not numbers, where passing a NaN through a register might change it.
    if (type === 'F32') words[i] = view.getUint32(at, littleEndian);
    else if (type === 'BF16') words[i] = view.getUint16(at, littleEndian) << 16;
    else if (half !== undefined) values[i] = half[view.getUint16(at, littleEndian)];
    else if (type === 'F64') values[i] = view.getFloat64(at, littleEndian);
    else if (type === 'I64') values[i] = Number(view.getBigInt64(at, littleEndian));
    else if (type === 'I32') values[i] = view.getInt32(at, littleEndian);
    else if (type === 'I16') values[i] = view.getInt16(at, littleEndian);
    else values[i] = type === 'I8' ? view.getInt8(at) : bytes[i];
  }
  return values;
}

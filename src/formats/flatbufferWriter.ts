// Writes FlatBuffers by the table of their schema (flatbuffer.ts).
import type { Schema } from './flatbuffer';

const SIZES: Readonly<Record<string, number>> = { i8: 1, u8: 1, bool: 1, i32: 4, u32: 4, f32: 4, i64: 8, u64: 8 };

/** Vectors of bytes begin here, so that programs can use the numbers in them in place. */
const BYTES_ALIGNED = 16;

/** A table's values by field; absent ones are left out. The value of a union is its number and its table. */
export type FlatValues = Readonly<Record<string, unknown>>;

/**
 * The bytes of `value` as the table `root`, which `identifier` [4 characters] names. Tables come before what they refer to, so
 * that every offset points forward.
 */
export function encodeFlatBuffer(
  value: FlatValues,
  schema: Schema,
  root: string,
  identifier: string,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1 << 16);
  let view = new DataView(bytes.buffer);
  let end = 8;
  const later: (() => void)[] = [];
  /** The place of `count` new bytes, of which the one at `ahead` is aligned. */
  const reserve = (count: number, align = 1, ahead = 0): number => {
    while ((end + ahead) % align !== 0) end++;
    const start = end;
    end += count;
    while (end > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    return start;
  };
  const put = (at: number, type: string, v: unknown) => {
    const n = Number(v);
    if (type === 'f32') view.setFloat32(at, n, true);
    else if (SIZES[type] === 8) view.setBigInt64(at, BigInt(n), true);
    else if (SIZES[type] === 4) view.setInt32(at, n, true);
    else view.setInt8(at, n);
  };
  const refer = (at: number, write: () => number) => later.push(() => put(at, 'u32', write() - at));

  function table(values: FlatValues, name: string): number {
    const fields: [id: number, type: string, value: unknown][] = [];
    let id = 0;
    for (const field of schema[name]) {
      const value = field === 0 ? undefined : values[field[0]];
      if (field !== 0 && typeof field[1] !== 'string') {
        const [kind, member] = (value ?? []) as [number?, FlatValues?];
        if (kind !== undefined) fields.push([id, 'u8', kind], [id + 1, field[1][kind], member]);
        id++;
      } else if (field !== 0 && value !== undefined) fields.push([id, field[1] as string, value]);
      id++;
    }
    fields.sort(([, a], [, b]) => (SIZES[b] ?? 4) - (SIZES[a] ?? 4));
    const slots = Math.max(-1, ...fields.map(([slot]) => slot)) + 1;
    const vtable = reserve(4 + 2 * slots, 2);
    const start = reserve(4, fields.some(([, type]) => SIZES[type] === 8) ? 8 : 4, 4);
    put(start, 'i32', start - vtable);
    for (const [slot, type, v] of fields) {
      const at = reserve(SIZES[type] ?? 4, SIZES[type] ?? 4);
      view.setUint16(vtable + 4 + 2 * slot, at - start, true);
      if (SIZES[type] !== undefined) put(at, type, v);
      else refer(at, () => child(type, v));
    }
    view.setUint16(vtable, 4 + 2 * slots, true);
    view.setUint16(vtable + 2, end - start, true);
    return start;
  }

  function child(type: string, v: unknown): number {
    if (type === 'str') {
      const text = new TextEncoder().encode(v as string);
      const start = reserve(5 + text.length, 4);
      put(start, 'u32', text.length);
      bytes.set(text, start + 4);
      return start;
    }
    if (!type.startsWith('[')) return table(v as FlatValues, type);
    const item = type.slice(1, -1);
    const list = v as ArrayLike<unknown>;
    const step = SIZES[item] ?? 4;
    const start = reserve(4 + list.length * step, item === 'u8' ? BYTES_ALIGNED : Math.max(4, step), 4);
    put(start, 'u32', list.length);
    if (item === 'u8') {
      bytes.set(list as Uint8Array, start + 4);
      return start;
    }
    Array.from(list).forEach((x, i) => {
      const at = start + 4 + i * step;
      if (SIZES[item] !== undefined) put(at, item, x);
      else refer(at, () => child(item, x));
    });
    return start;
  }

  for (let i = 0; i < 4; i++) bytes[4 + i] = identifier.charCodeAt(i);
  refer(0, () => table(value, root));
  for (let write = later.pop(); write !== undefined; write = later.pop()) write();
  reserve(0, BYTES_ALIGNED);
  return bytes.slice(0, end);
}

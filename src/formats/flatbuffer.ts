// FlatBuffers, decoded by a table of their schema. A schema is data: tables by name, each a list of fields in the order of
// their ids. Reference: https://flatbuffers.dev/internals/.

/** Types with a fixed size, and their bytes. */
const SIZES = { i8: 1, u8: 1, bool: 1, i32: 4, u32: 4, f32: 4, i64: 8, u64: 8 } as const;
type Scalar = keyof typeof SIZES;

/**
 * A field: its name, its type, and the value of a scalar that is absent (0 or false unless given). A type is a scalar, `str`,
 * a table's name, `[type]`, or, for a union, tables by number. A union takes two ids. `0` is a field of no interest.
 */
export type Field =
  | readonly [name: string, type: string | Readonly<Record<number, string>>, initial?: number | boolean]
  | 0;
/** Tables by name. */
export type Schema = Readonly<Record<string, readonly Field[]>>;

type All<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type ValueOf<S extends Schema, T> = T extends 'bool'
  ? boolean
  : T extends Scalar
    ? number
    : T extends 'str'
      ? string
      : T extends '[u8]'
        ? Uint8Array
        : T extends `[${infer Item}]`
          ? readonly ValueOf<S, Item>[]
          : T extends keyof S
            ? Table<S, T>
            : T extends Readonly<Record<number, infer Member>>
              ? Partial<All<Member extends keyof S ? Table<S, Member> : never>>
              : never;
type Named<F> = F extends readonly [infer Name extends string, infer T, ...unknown[]] ? [Name, T] : never;
/** A decoded table. Scalars have their initial value if absent, everything else is undefined then. */
export type Table<S extends Schema, T extends keyof S> = {
  readonly [F in Named<S[T][number]> as F[0]]: F[1] extends Scalar ? ValueOf<S, F[1]> : ValueOf<S, F[1]> | undefined;
};

/** Bytes that are not what their schema says. The message names the place. */
export class FlatBufferError extends Error {
  override readonly name = 'FlatBufferError';
}

/** Limit of decoded values, so that few bytes that are referred to often cannot fill the memory. */
const MOST_VALUES = 4_000_000;

const isScalar = (type: string): type is Scalar => Object.hasOwn(SIZES, type);

/**
 * Decodes a buffer whose root is the table `root`. Vectors of bytes are views of `bytes`.
 * @throws FlatBufferError for another identifier, and for positions outside of the buffer.
 */
export function decodeFlatBuffer<S extends Schema, T extends keyof S & string>(
  bytes: Uint8Array,
  schema: S,
  root: T,
  identifier: string,
): Table<S, T> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let values = 0;
  /** `at`, once `length` bytes there are known to exist. */
  const within = (at: number, length: number): number => {
    if (!(at >= 0 && at + length <= bytes.length))
      throw new FlatBufferError(`it refers to byte ${at + length} of ${bytes.length}`);
    return at;
  };
  const count = (more: number) => {
    values += more;
    if (values > MOST_VALUES) throw new FlatBufferError(`it refers to more than ${MOST_VALUES} values`);
  };
  const u32 = (at: number) => view.getUint32(within(at, 4), true);
  const follow = (at: number) => at + u32(at);
  const scalars: Readonly<Record<Scalar, (at: number) => number | boolean>> = {
    i8: (at) => view.getInt8(at),
    u8: (at) => view.getUint8(at),
    bool: (at) => view.getUint8(at) !== 0,
    i32: (at) => view.getInt32(at, true),
    u32: (at) => view.getUint32(at, true),
    f32: (at) => view.getFloat32(at, true),
    i64: (at) => Number(view.getBigInt64(at, true)),
    u64: (at) => Number(view.getBigUint64(at, true)),
  };

  /** The bytes of a vector or a string with `length` values of `size` bytes. */
  const spanOf = (at: number, size: number) => {
    const length = u32(at);
    return { start: within(at + 4, length * size), length };
  };

  function valueAt(at: number, type: string): unknown {
    count(1);
    if (isScalar(type)) return scalars[type](within(at, SIZES[type]));
    const to = follow(at);
    if (type === 'str' || type === '[u8]') {
      const { start, length } = spanOf(to, 1);
      const span = bytes.subarray(start, start + length);
      return type === 'str' ? new TextDecoder().decode(span) : span;
    }
    if (!type.startsWith('[')) return tableAt(to, type);
    const item = type.slice(1, -1);
    const size = isScalar(item) ? SIZES[item] : 4;
    const { start, length } = spanOf(to, size);
    count(length);
    return Array.from({ length }, (_, i) => valueAt(start + i * size, item));
  }

  function tableAt(at: number, name: string): Record<string, unknown> {
    const vtable = at - view.getInt32(within(at, 4), true);
    const size = view.getUint16(within(vtable, 4), true);
    within(vtable, size);
    /** The place of a field; undefined if it is absent. */
    const place = (id: number): number | undefined => {
      const offset = 6 + 2 * id <= size ? view.getUint16(vtable + 4 + 2 * id, true) : 0;
      return offset === 0 ? undefined : at + offset;
    };
    const table: Record<string, unknown> = {};
    let id = 0;
    for (const field of schema[name]) {
      if (field !== 0) {
        const [key, type, initial] = field;
        if (typeof type !== 'string') {
          const [kind, value] = [place(id), place(++id)];
          const member = kind === undefined ? undefined : type[view.getUint8(within(kind, 1))];
          if (member !== undefined && value !== undefined) table[key] = tableAt(follow(value), member);
        } else {
          const value = place(id);
          if (value !== undefined) table[key] = valueAt(value, type);
          else if (isScalar(type)) table[key] = initial ?? (type === 'bool' ? false : 0);
        }
      }
      id++;
    }
    count(id);
    return table;
  }

  within(0, 8);
  const found = String.fromCharCode(...bytes.subarray(4, 8));
  if (found !== identifier) throw new FlatBufferError(`its identifier is not "${identifier}"`);
  return tableAt(follow(0), root) as Table<S, T>;
}

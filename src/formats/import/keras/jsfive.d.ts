// The used part of jsfive 0.4.2, which has no types of its own.
declare module 'jsfive' {
  export class Group {
    readonly keys: readonly string[];
    /** By name; strings, numbers and arrays of them. Strings of fixed length keep their zero bytes at the end. */
    readonly attrs: Readonly<Record<string, unknown>>;
    /** @throws strings, for missing names and for anything unreadable. */
    get(name: string): Group | Dataset | null;
  }
  export class File extends Group {
    constructor(content: ArrayBuffer, name: string);
  }
  export class Dataset {
    readonly shape: readonly number[];
    /** As in NumPy, e.g. `<f4`; an array for anything but plain numbers. */
    readonly dtype: string | readonly unknown[];
    /** All numbers, row-major; allocates the size of `shape`. */
    readonly value: ArrayLike<number>;
    /** Not public, but the only way to see the shape of chunks before reading them. */
    readonly _dataobjects: { readonly chunks: readonly number[] | null };
  }
  /** Decoders by their HDF5 filter number. */
  export const Filters: Map<number, (content: ArrayBuffer) => ArrayBuffer>;
}

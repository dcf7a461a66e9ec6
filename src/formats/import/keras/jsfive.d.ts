// What is used of jsfive 0.4.2, which has no types of its own.
declare module 'jsfive' {
  export class Group {
    readonly keys: readonly string[];
    /** By name; strings, numbers and arrays of them. Strings of fixed length keep their zero bytes at the end. */
    readonly attrs: Readonly<Record<string, unknown>>;
    /** @throws strings, for names that are not there and for whatever it cannot read. */
    get(name: string): Group | Dataset | null;
  }
  export class File extends Group {
    constructor(content: ArrayBuffer, name: string);
  }
  export class Dataset {
    readonly shape: readonly number[];
    /** As NumPy writes it, e.g. `<f4`; an array for what is no plain number. */
    readonly dtype: string | readonly unknown[];
    /** All numbers, row-major; memory is taken for what `shape` says. */
    readonly value: ArrayLike<number>;
    /** Not for the public, but the only way to see the chunks' shape before they are read. */
    readonly _dataobjects: { readonly chunks: readonly number[] | null };
  }
  /** Decoders by the number of their HDF5 filter. */
  export const Filters: Map<number, (content: ArrayBuffer) => ArrayBuffer>;
}

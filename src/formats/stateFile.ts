// Serializes the state of a search: plain data containing arrays of numbers, exactly as structured clone would copy it.
// A safetensors file: each typed array is one tensor of bytes, everything else JSON in the metadata `state`.
import { FormatError, parseSafetensors, type SafetensorsTensor, serializeSafetensors } from './safetensors';

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Int8Array, Uint8Array } as const;
type ArrayKind = keyof typeof ARRAYS;

/**
 * What JSON lacks becomes an object with this single key: `["array", kind, tensor]`, `["number", "NaN"]`, `["object",
 * entries]`, ...
 */
const MARK = '$';

function refuse(value: unknown, path: string): never {
  const kind = (value as object | undefined)?.constructor?.name ?? typeof value;
  throw new FormatError(
    `The state holds a ${kind} at ${path}: it can hold numbers, strings, booleans, null, undefined, arrays, plain objects and typed arrays.`,
  );
}

function encodeNumber(value: number): unknown {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : { [MARK]: ['number', Object.is(value, -0) ? '-0' : String(value)] };
}

function encode(value: unknown, path: string, tensors: Map<string, SafetensorsTensor>): unknown {
  if (typeof value === 'number') return encodeNumber(value);
  if (value === undefined) return { [MARK]: ['undefined'] };
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return Array.from(value, (entry, i) => encode(entry, `${path}[${i}]`, tensors));
  if (ArrayBuffer.isView(value)) {
    const kind = value.constructor.name as ArrayKind;
    if (!Object.hasOwn(ARRAYS, kind)) refuse(value, path);
    const name = String(tensors.size);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    tensors.set(name, { dtype: 'U8', shape: [bytes.length], values: bytes });
    return { [MARK]: ['array', kind, name] };
  }
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  // Objects of another realm, as in workers and test runners, are plain too.
  const plain = prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null);
  if (!plain || Object.prototype.toString.call(value) !== '[object Object]') refuse(value, path);
  const entries = Object.entries(value as object).map(
    ([key, entry]) => [key, encode(entry, `${path}.${key}`, tensors)] as const,
  );
  const awkward = entries.some(([key]) => key === MARK || key === '__proto__');
  return awkward ? { [MARK]: ['object', entries] } : Object.fromEntries(entries);
}

function decode(value: unknown, tensors: ReadonlyMap<string, SafetensorsTensor>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => decode(entry, tensors));
  const marked = (value as Record<string, unknown>)[MARK];
  if (marked === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, decode(entry, tensors)]));
  const [what, first, second] = marked as [string, unknown, unknown];
  if (what === 'undefined') return undefined;
  if (what === 'number') return Number(first);
  if (what === 'object') return objectOf(first as [string, unknown][], tensors);
  const bytes = tensors.get(second as string)?.values;
  if (what !== 'array' || bytes === undefined || !Object.hasOwn(ARRAYS, first as string))
    throw new FormatError(`The state names an array "${String(second)}" of kind ${String(first)} that is not in it.`);
  return new ARRAYS[first as ArrayKind](Uint8Array.from(bytes).buffer);
}

function objectOf(entries: readonly [string, unknown][], tensors: ReadonlyMap<string, SafetensorsTensor>): object {
  const object = {};
  for (const [key, entry] of entries) {
    const value = decode(entry, tensors);
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/**
 * Plain data as bytes; a typed array takes its own bytes and a line in the header.
 * @throws FormatError naming the position of a value that is not plain data.
 */
export function writeState(state: unknown): Uint8Array {
  const tensors = new Map<string, SafetensorsTensor>();
  const json = JSON.stringify(encode(state, 'state', tensors));
  return serializeSafetensors({ tensors, metadata: new Map([['state', json]]) });
}

/**
 * Inverse of `writeState`.
 * @throws FormatError for bytes that are not a state, or an incomplete one.
 */
export function readState(bytes: Uint8Array): unknown {
  const { tensors, metadata } = parseSafetensors(bytes);
  const json = metadata.get('state');
  if (json === undefined) throw new FormatError('This safetensors file holds no state of a search.');
  return decode(JSON.parse(json), tensors);
}

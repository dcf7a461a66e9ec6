// Writes PyTorch files for tests, from the few pickle opcodes of torch.save, so that tests can also write files that
// torch.save never would. Reference: CPython's Lib/pickletools.py, torch/serialization.py.
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import type { Parameter } from '../../../graph/network';

/** A file of this folder. */
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
/** Bytes of a float32 storage. */
export const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** Opcodes and arguments that leave one value on the stack. */
export type Piece = readonly number[];

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const uint32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

export const NONE: Piece = [0x4e];
export const text = (value: string): Piece => [0x58, ...uint32(utf8(value).length), ...utf8(value)];
export const int = (value: number): Piece => [0x4a, ...uint32(value)];
export const named = (module: string, name: string): Piece => [0x63, ...utf8(`${module}\n${name}\n`)];
export const tuple = (...items: Piece[]): Piece => [0x28, ...items.flat(), 0x74];
export const list = (...items: Piece[]): Piece => [0x5d, 0x28, ...items.flat(), 0x65];
export const call = (callee: Piece, ...args: Piece[]): Piece => [...callee, ...tuple(...args), 0x52];
export const dict = (...entries: [name: string, value: Piece][]): Piece => [
  ...call(named('collections', 'OrderedDict')),
  0x28,
  ...entries.flatMap(([name, value]) => [...text(name), ...value]),
  0x75,
];
/** A pickle of protocol 2. */
export const pickle = (value: Piece): Uint8Array => Uint8Array.from([0x80, 2, ...value, 0x2e]);

/** A tensor of a storage class, row-major by default. */
export function tensor(
  key: string,
  shape: readonly number[],
  {
    type = 'FloatStorage',
    count = shape.reduce((product, d) => product * d, 1),
    offset = 0,
    strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, d) => product * d, 1)),
    legacy = false,
  } = {},
): Piece {
  const id = tuple(
    text('storage'),
    named('torch', type),
    text(key),
    text('cpu'),
    int(count),
    ...(legacy ? [NONE] : []),
  );
  return call(
    named('torch._utils', '_rebuild_tensor_v2'),
    [...id, 0x51],
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    [0x89],
    call(named('collections', 'OrderedDict')),
  );
}

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** The archive of torch.save since 1.6. */
export function torchZip(
  value: Piece | Uint8Array,
  storages: Record<string, Uint8Array>,
  byteorder = 'little',
): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => [`model/data/${key}`, bytes] as const);
  return zipSync(
    {
      'model/data.pkl': value instanceof Uint8Array ? value : pickle(value),
      'model/byteorder': Uint8Array.from(utf8(byteorder)),
      ...Object.fromEntries(data),
      'model/version': Uint8Array.from(utf8('3\n')),
    },
    { level: 0 },
  );
}

/** The sequence of pickles of torch.save before 1.6; storages as [key, number of values, bytes]. */
export function torchLegacy(value: Piece, storages: readonly (readonly [string, number, Uint8Array])[]): Uint8Array {
  const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  return Uint8Array.from([
    ...magic,
    ...pickle(int(1001)),
    ...pickle([0x7d]),
    ...pickle(value),
    ...pickle(list(...storages.map(([key]) => text(key)))),
    ...storages.flatMap(([, count, bytes]) => [...uint32(count), 0, 0, 0, 0, ...bytes]),
  ]);
}

/** A state_dict of float32 tensors as written by torch.save, in either form; `wrap` puts it into a checkpoint. */
export function torchFile(
  weights: ReadonlyMap<string, Parameter>,
  { legacy = false, wrap = (state: Piece): Piece => state } = {},
): Uint8Array {
  const entries = [...weights].map(([name, { shape }], i): [string, Piece] => [
    name,
    tensor(`${i}`, shape, { legacy }),
  ]);
  const storages = [...weights.values()].map(({ values }, i) => [`${i}`, values.length, bytesOf(values)] as const);
  const value = wrap(dict(...entries));
  return legacy
    ? torchLegacy(value, storages)
    : torchZip(value, Object.fromEntries(storages.map(([key, , bytes]) => [key, bytes])));
}

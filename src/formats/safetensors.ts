// safetensors: u64 little-endian header length, a JSON header {name: {dtype, shape, data_offsets}}, then the data.
// Reads and writes F32 and U8; entries of other types are returned as bytes. Reference:
// https://huggingface.co/docs/safetensors (format section).

/** A file that does not follow its format: what, where, what to do. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

export interface SafetensorsTensor {
  readonly dtype: 'F32' | 'U8';
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint8Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** The `__metadata__` entry: strings by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

const MAX_HEADER_BYTES = 100_000_000; // the reference implementation's limit
const BYTES = { F32: 4, U8: 1 } as const;
/** Bytes per element of every type of the format. */
const ALL_BYTES: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64'].map((type) => [type, 8] as const),
  ...['F32', 'I32', 'U32'].map((type) => [type, 4] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((type) => [type, 2] as const),
  ...['I8', 'U8', 'BOOL', 'F8_E4M3', 'F8_E5M2'].map((type) => [type, 1] as const),
]);

function fail(problem: string): never {
  throw new FormatError(`Not a readable safetensors file: ${problem}`);
}

function parseHeader(bytes: Uint8Array): { header: Map<string, unknown>; start: number } {
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, less than its 8-byte header length.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || length > bytes.length - 8)
    fail(
      `its header should have ${length} bytes but only ${bytes.length - 8} follow; it is truncated or of another kind.`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    fail(`its header is not JSON (${(error as Error).message}).`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) fail('its header is not a JSON object.');
  return { header: new Map(Object.entries(parsed as object)), start: 8 + length };
}

/** A tensor as stored in the file. */
export interface SafetensorsEntry {
  /** One of the format's types, e.g. `BF16`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A view into the file. */
  readonly data: Uint8Array;
}

/**
 * Tensors of every type, as bytes, in the order of their data.
 * @throws FormatError naming the tensor whose type, shape or position is wrong.
 */
export function safetensorsEntries(bytes: Uint8Array): {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
} {
  const { header, start } = parseHeader(bytes);
  const metadata = parseMetadata(header.get('__metadata__'));
  header.delete('__metadata__');
  const places: { name: string; from: number; to: number; entry: SafetensorsEntry }[] = [];
  for (const [name, entry] of header) {
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as { dtype: string; shape: number[]; data_offsets: number[] };
    const step = ALL_BYTES.get(dtype);
    if (step === undefined) fail(`tensor "${name}" is of type ${dtype}; save it as float32.`);
    if (!Array.isArray(shape) || !Array.isArray(offsets) || !shape.every((d) => Number.isInteger(d) && d >= 0))
      fail(`tensor "${name}" has no valid shape and place.`);
    const [from, to] = offsets;
    const size = shape.reduce((product, d) => product * d, 1);
    const end = bytes.length - start;
    if (Number.isInteger(from) && from >= 0 && to > end)
      fail(`tensor "${name}" ends at byte ${to} of ${end}; the file is cut off.`);
    if (!(Number.isInteger(from) && from >= 0 && to - from === size * step))
      fail(
        `tensor "${name}" [${shape.join(', ')}] needs ${size * step} bytes but has ${to - from} at ${from}; the file is truncated or damaged.`,
      );
    places.push({ name, from, to, entry: { dtype, shape, data: bytes.subarray(start + from, start + to) } });
  }
  checkPlaces(places, bytes.length - start);
  return { entries: new Map(places.map(({ name, entry }) => [name, entry])), metadata };
}

/**
 * Parses a file of ours; the tensors are copies.
 * @throws FormatError naming the tensor whose type, shape or position is wrong.
 */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  const { entries, metadata } = safetensorsEntries(bytes);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, data }] of entries) {
    if (dtype !== 'F32' && dtype !== 'U8') fail(`tensor "${name}" is of type ${dtype}; save it as float32.`);
    const values = new Uint8Array(data); // a copy, also of Node's Buffer
    tensors.set(name, { dtype, shape, values: dtype === 'F32' ? new Float32Array(values.buffer) : values });
  }
  return { tensors, metadata };
}

function parseMetadata(given: unknown): Map<string, string> {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  if ((given !== undefined && typeof given !== 'object') || entries.some(([, value]) => typeof value !== 'string'))
    fail('its __metadata__ are not strings by name.');
  return new Map(entries as [string, string][]);
}

// The format's rule: the tensors fill the data, without holes and without overlap. A name that occurs twice in the
// header, of which JSON keeps the last, shows up here as a hole.
function checkPlaces(places: { name: string; from: number; to: number }[], length: number): void {
  let end = 0;
  for (const { name, from, to } of places.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) fail(`tensor "${name}" begins at byte ${from} where ${end} was expected; the file is damaged.`);
    end = to;
  }
  if (end !== length) fail(`${length - end} bytes at its end belong to no tensor; the file is damaged.`);
}

/** Header of a file, padded with spaces to a multiple of 8 bytes, as in the reference implementation. */
function encodeHeader({ tensors, metadata }: SafetensorsLayout): Uint8Array {
  const header: [name: string, entry: unknown][] = [];
  if (metadata.size > 0) header.push(['__metadata__', Object.fromEntries(metadata)]);
  let offset = 0;
  for (const [name, { dtype, shape }] of tensors) {
    const size = shape.reduce((product, d) => product * d, 1) * BYTES[dtype];
    header.push([name, { dtype, shape, data_offsets: [offset, offset + size] }]);
    offset += size;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}

/** Names, types and shapes of a file, without its numbers. */
export interface SafetensorsLayout {
  readonly tensors: ReadonlyMap<string, Pick<SafetensorsTensor, 'dtype' | 'shape'>>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Exact size in bytes of the file that `serializeSafetensors` would write. */
export function safetensorsBytes(layout: SafetensorsLayout): number {
  let data = 0;
  for (const tensor of layout.tensors.values()) data += tensorBytes(tensor);
  return 8 + encodeHeader(layout).length + data;
}

/** Bytes of one tensor's numbers. */
export function tensorBytes({ dtype, shape }: Pick<SafetensorsTensor, 'dtype' | 'shape'>): number {
  return shape.reduce((product, d) => product * d, 1) * BYTES[dtype];
}

/** Serializes tensors in the order of the map. */
export function serializeSafetensors(content: Safetensors): Uint8Array {
  const header = encodeHeader(content);
  const file = new Uint8Array(safetensorsBytes(content));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let offset = 8 + header.length;
  for (const { values } of content.tensors.values()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return file;
}

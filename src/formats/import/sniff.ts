// Recognizes dropped files by content. Names only link a model to its shards; a wrong extension does not matter.
import { isZip, openZip } from '../zip';
import { type Foreign, foreignArchive, foreignJson, foreignKind, foreignList, PLAIN_PICKLE, UNKNOWN } from './foreign';
import { ImportError, type ModelFile } from './importer';
import { fieldsOf, parseJson } from './json';

/** The formats with a reader, and bit policies, which are recognized for a helpful refusal. */
export const FORMATS = [
  'onnx',
  'keras-h5',
  'keras-zip',
  'tfjs-layers',
  'tfjs-graph',
  'torch-zip',
  'torch-legacy',
  'safetensors',
  'tflite',
  'policy',
] as const;
export type FormatId = (typeof FORMATS)[number];

/** The dropped files: their format, and the files with the identifying one first. */
export interface Sniffed {
  readonly format: FormatId;
  readonly files: readonly ModelFile[];
}

/** torch.save's magic number 0x1950a86a20f9469cfc6c as the first pickle of a legacy file. */
const TORCH_LEGACY = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/** `TFL3`, the identifier of TensorFlow Lite. */
const TFLITE = [0x54, 0x46, 0x4c, 0x33];
const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

const startsAt = (bytes: Uint8Array, at: number, wanted: readonly number[]): boolean =>
  wanted.every((byte, i) => bytes[at + i] === byte);

/** Wire types of the fields of ONNX' ModelProto (onnx.proto3); 0 is a varint, 2 a length and bytes. */
const MODEL_PROTO = new Map([
  ...[1, 5].map((field) => [field, 0] as const),
  ...[2, 3, 4, 6, 7, 8, 14, 20, 25, 26].map((field) => [field, 2] as const),
]);

/** True for a protobuf message whose fields all belong to ModelProto, up to the graph, with an `ir_version`. */
function isOnnx(bytes: Uint8Array): boolean {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, factor = 1, i = 0; i < 8; i++, factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  let version = 0;
  let graph = false;
  for (let fields = 0; at < bytes.length && fields < 1000; fields++) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (MODEL_PROTO.get(field) !== tag % 8) return false;
    const value = varint();
    if (Number.isNaN(value)) return false;
    if (field === 1) version = value;
    graph ||= field === 7;
    if (tag % 8 === 2) at += value;
  }
  return version > 0 && version < 1000 && (graph || at > bytes.length);
}

/** True for bytes that start like HDF5; a user block of 512 bytes or more may come first. */
function isHdf5(bytes: Uint8Array): boolean {
  for (let at = 0; at + 8 <= bytes.length; at = at === 0 ? 512 : at * 2) if (startsAt(bytes, at, HDF5)) return true;
  return false;
}

/** True for a plausible header length followed by the header's brace. */
function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[8] !== 0x7b) return false;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true) <= 100_000_000n;
}

function refuse(where: string, { what, why, next }: Foreign): never {
  throw new ImportError({ what: `This is ${what}.`, where, why, next });
}

function zipFormat({ name, bytes }: ModelFile): FormatId {
  const names = [...openZip(bytes, name).keys()];
  if (names.includes('config.json') && names.includes('metadata.json')) return 'keras-zip';
  const torch = names.some((entry) => /(^|\/)data\.pkl$/.test(entry));
  const program = names.some((entry) => /(^|\/)constants\.pkl$/.test(entry));
  return torch && !program ? 'torch-zip' : refuse(name, foreignArchive(names));
}

function jsonFormat({ name, bytes }: ModelFile): FormatId {
  const parsed = parseJson(bytes, name);
  if (Array.isArray(parsed)) return refuse(name, foreignList(parsed));
  const fields = fieldsOf(parsed);
  const topology = fieldsOf(fields.get('modelTopology'));
  if (fields.get('format') === 'graph-model' || topology.has('node')) return 'tfjs-graph';
  if (fields.has('modelTopology')) return 'tfjs-layers';
  const layers = fields.get('layers');
  const entries = [...(layers === undefined ? fields : fieldsOf(layers)).values()].map(fieldsOf);
  if (entries.length > 0 && entries.every((entry) => entry.has('weights') && entry.has('activations'))) return 'policy';
  return refuse(name, foreignJson(new Set(fields.keys())));
}

/** The UTF-8 byte order mark, which some editors write before a text. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** @throws ImportError naming the kind of file. */
function formatOf(file: ModelFile): FormatId {
  const { name, bytes } = file;
  if (isZip(bytes)) return zipFormat(file);
  if (isHdf5(bytes)) return 'keras-h5';
  if (startsAt(bytes, 0, TORCH_LEGACY)) return 'torch-legacy';
  if (isSafetensors(bytes)) return 'safetensors';
  if (startsAt(bytes, 4, TFLITE)) return 'tflite';
  const foreign = foreignKind(bytes);
  if (foreign !== undefined) refuse(name, foreign);
  if (isOnnx(bytes)) return 'onnx';
  const text = startsAt(bytes, 0, BYTE_ORDER_MARK) ? 3 : 0;
  const first = bytes.findIndex((byte, i) => i >= text && byte > 0x20);
  if ((bytes[first] === 0x7b || bytes[first] === 0x5b) && first < 1024) return jsonFormat(file);
  return refuse(name, bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5 ? PLAIN_PICKLE : UNKNOWN);
}

/**
 * Recognizes dropped files. Exactly one must be a model; the others may be its shards.
 * @throws ImportError with the apparent kind of file and the remedy.
 */
export function sniff(files: readonly ModelFile[]): Sniffed {
  const found: { file: ModelFile; format: FormatId }[] = [];
  const problems: ImportError[] = [];
  for (const file of files) {
    try {
      found.push({ file, format: formatOf(file) });
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      problems.push(error);
    }
  }
  if (found.length > 1)
    throw new ImportError({
      what: `Here are ${found.length} models at once.`,
      where: found.map(({ file }) => file.name).join(', '),
      why: 'One network is loaded at a time.',
      next: 'Drop one of them, with the files that belong to it.',
    });
  if (found.length === 1) {
    const [{ file, format }] = found;
    return { format, files: [file, ...files.filter((other) => other !== file)] };
  }
  throw (
    problems[0] ??
    new ImportError({
      what: 'No file came.',
      where: 'the drop',
      why: 'A folder may have been empty.',
      next: 'Drop a model file, or a folder that holds one.',
    })
  );
}

// Recognizes files written by this program, and their kind: each of its formats has a mark of its own. Files without the
// mark, written or edited by users, are theirs.
import { PYTHON_LOADER } from '../formats/export/pythonLoader';
import type { ExportId } from '../formats/export/registry';
import { decodeFlatBuffer } from '../formats/flatbuffer';
import { fieldsOf } from '../formats/import/json';
import { safetensorsEntries } from '../formats/safetensors';
import { TFLITE_IDENTIFIER, TFLITE_SCHEMA } from '../formats/tfliteSchema';
import { openZip } from '../formats/zip';
import { runOf } from './keptRuns';

/** The kind of an output: an export format, or one of this program's own. */
export type OutputKind = ExportId | 'result' | 'events' | 'weights' | 'card' | 'loader' | 'shard' | 'lines';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON whose field names this program: one object, or several in a list. */
const signs = (field: string) => (bytes: Uint8Array) => {
  const content = parsed(textOf(bytes));
  const items = Array.isArray(content) ? content : [content];
  return items.length > 0 && items.every((item) => /^fewbits /.test(String(fieldsOf(item).get(field))));
};

/** Safetensors whose metadata have an entry. */
const states = (key: string, value: RegExp) => (bytes: Uint8Array) => {
  try {
    return value.test(safetensorsEntries(bytes).metadata.get(key) ?? '');
  } catch {
    return false;
  }
};

/** The format version and the producer of an ONNX file. */
const isOnnx = (bytes: Uint8Array) =>
  bytes[0] === 0x08 && bytes[2] === 0x12 && textOf(bytes.subarray(4, 4 + bytes[3])) === 'fewbits';

/** A FlatBuffer whose description names this program. */
function isTflite(bytes: Uint8Array): boolean {
  try {
    const { description } = decodeFlatBuffer(bytes, TFLITE_SCHEMA, 'Model', TFLITE_IDENTIFIER);
    return /^fewbits /.test(description ?? '');
  } catch {
    return false;
  }
}

/** A zip with sources of this program. */
function isSources(bytes: Uint8Array): boolean {
  try {
    const header = [...openZip(bytes, '')].find(([name]) => name.endsWith('_model_data.h'));
    return header !== undefined && /Microcontrollers, by fewbits /.test(textOf(header[1].read()));
  } catch {
    return false;
  }
}

const CHECKS: Readonly<Record<OutputKind, (bytes: Uint8Array) => boolean>> = {
  result: signs('program'),
  events: (bytes) => {
    // The last line may be incomplete.
    const lines = textOf(bytes).split('\n').slice(0, -1);
    return textOf(bytes).startsWith('{"method":"') && lines.every((line) => runOf(line) !== undefined);
  },
  lines: (bytes) =>
    textOf(bytes)
      .split('\n')
      .filter((line) => line !== '')
      .every((line) => signs('program')(new TextEncoder().encode(line))),
  weights: states('format', /^fewbits$/),
  card: signs('measuredBy'),
  onnx: isOnnx,
  qonnx: isOnnx,
  tflite: isTflite,
  tflm: isSources,
  c: (bytes) => /^\/\* .* as C99, without dependencies, by fewbits /.test(textOf(bytes.subarray(0, 300))),
  packed: states('fewbits', /./),
  loader: (bytes) => textOf(bytes) === PYTHON_LOADER,
  project: states('format', /^fewbits-project$/),
  tfjs: signs('generatedBy'),
  shard: () => false, // numbers alone: see areWeightsOf
  aiEdge: (bytes) => /^\[\s*\{.*"fewbits": \{\s*"fewbits.version": /s.test(textOf(bytes)),
  brevitas: (bytes) => /^"""Quantized layers for Brevitas [\d.]+, by fewbits /.test(textOf(bytes.subarray(0, 100))),
  modelopt: (bytes) => /^"""Bits of each layer for NVIDIA .*, by fewbits /.test(textOf(bytes.subarray(0, 100))),
  policy: (bytes) => typeof fieldsOf(parsed(textOf(bytes))).get('fewbits') === 'string',
  csv: (bytes) => textOf(bytes).startsWith('layer,operation,weights,macs,weight_bits,activation_bits,'),
  report: (bytes) => textOf(bytes).includes('<div><dt>Program</dt><dd>fewbits '),
};

/** True for an output of this kind written by this program; false for empty files. */
export function isEarlier(kind: OutputKind, bytes: Uint8Array): boolean {
  return bytes.length === 0 || CHECKS[kind](bytes);
}

/** True for the shard `name` of a TF.js model written by this program. */
export function areWeightsOf(model: Uint8Array, name: string, bytes: Uint8Array): boolean {
  if (!CHECKS.tfjs(model)) return false;
  const manifest = fieldsOf(parsed(textOf(model))).get('weightsManifest');
  const [group] = manifest as { readonly paths: string[]; readonly weights: { readonly shape: number[] }[] }[];
  const numbers = group.weights.reduce((sum, { shape }) => sum + shape.reduce((product, d) => product * d, 1), 0);
  return group.paths.join() === name && 4 * numbers === bytes.length;
}

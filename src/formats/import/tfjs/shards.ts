// The weights of a TF.js model: model.json lists groups of files whose concatenated bytes hold the tensors in sequence,
// as numbers or as codes of 8 or 16 bits with a scale and a minimum.
// Reference: tfjs-core/src/io/types.ts (WeightsManifestConfig) and io_utils.ts.
import type { Parameter } from '../../../graph/network';
import { joinBytes } from '../../joinBytes';
import { IMPORT_LIMITS, ImportError, type ModelFile, nameWithin, tensorsWithin, tooManyWeights } from '../importer';
import { fieldsOf } from '../json';

/** One tensor of the manifest. */
export interface ManifestWeight extends Parameter {
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** True if the file stores codes, not numbers. */
  readonly quantized: boolean;
}

const BYTES: ReadonlyMap<unknown, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
]);

function fail(what: string, where: string, why: string, next: string): never {
  throw new ImportError({ what, where, why, next });
}

const malformed = (what: string, where: string): never =>
  fail(
    what,
    where,
    'TF.js, as far as it is known here, writes no list of weights like this.',
    'Convert or save the model again with the program that made it.',
  );

/**
 * All tensors by name, in the order of the manifest.
 * @param files the model first; shards are found by their paths beside the model, or else by their names
 * @throws ImportError naming the shard that is missing or of the wrong size, or the faulty tensor.
 */
export function readManifest(manifest: unknown, files: readonly ModelFile[]): Map<string, ManifestWeight> {
  const [{ name: where }] = files;
  if (!Array.isArray(manifest))
    return fail(
      'The model lists no weights.',
      where,
      'It has no "weightsManifest"; without weights there is nothing to quantize.',
      'Save the model with model.save(), which writes its weights too.',
    );
  const groups = manifest.map(fieldsOf);
  const paths = groups.map((group) => texts(group.get('paths'), where));
  const shards = new Map(paths.flat().map((path) => [path, shardOf(path, files)]));
  const missing = [...shards].filter(([, bytes]) => bytes === undefined).map(([path]) => `"${path}"`);
  if (missing.length > 0)
    fail(
      `${missing.length} of ${shards.size} weight files ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}.`,
      where,
      'A TF.js model keeps its weights in files of their own.',
      'Drop model.json together with all its .bin files, or drop their folder.',
    );
  const weights = new Map<string, ManifestWeight>();
  let total = 0;
  for (const [index, group] of groups.entries()) {
    const specs = (Array.isArray(group.get('weights')) ? (group.get('weights') as unknown[]) : []).map((spec) =>
      specOf(fieldsOf(spec), where),
    );
    total += specs.reduce((sum, { size }) => sum + size, 0);
    if (total > IMPORT_LIMITS.parameters) tooManyWeights(where, total, true);
    const parts = paths[index].map((path) => shards.get(path) as Uint8Array);
    const wanted = specs.reduce((sum, { bytes }) => sum + bytes, 0);
    const given = parts.reduce((sum, part) => sum + part.length, 0);
    if (wanted !== given)
      fail(
        `The weights need ${wanted} bytes, the files have ${given}.`,
        paths[index].join(', '),
        'A file is not whole, or belongs to another model.',
        'Copy or download all files of the model again.',
      );
    const data = joinBytes(parts);
    let at = 0;
    tensorsWithin(weights.size + specs.length, where);
    for (const spec of specs) {
      nameWithin(spec.name, where);
      if (weights.has(spec.name)) malformed(`The tensor "${spec.name}" is listed twice.`, where);
      weights.set(spec.name, decode(spec, data.subarray(at, at + spec.bytes)));
      at += spec.bytes;
    }
  }
  return weights;
}

function texts(value: unknown, where: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((path) => typeof path === 'string'))
    return malformed('A group of weights has no list of files.', where);
  return value;
}

/** Paths are relative to the model; if folders were lost, the file's own name has to match. */
function shardOf(path: string, [model, ...others]: readonly ModelFile[]): Uint8Array | undefined {
  const plain = path.replace(/^(\.\/)+/, '');
  const folder = model.name.slice(0, model.name.lastIndexOf('/') + 1);
  const exact = others.find(({ name }) => name === folder + plain);
  if (exact !== undefined) return exact.bytes;
  const base = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const alike = others.filter(({ name }) => base(name) === base(plain));
  return alike.length === 1 ? alike[0].bytes : undefined;
}

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype: ManifestWeight['dtype'];
  /** Type of the stored codes or numbers. */
  readonly stored: string;
  readonly scale: number;
  readonly min: number;
  readonly bytes: number;
}

function specOf(fields: ReadonlyMap<string, unknown>, file: string): Spec {
  const [name, shape, dtype] = [fields.get('name'), fields.get('shape'), fields.get('dtype')];
  const where = `${file}, weights "${String(name)}"`;
  const isShape = Array.isArray(shape) && shape.every((d) => Number.isInteger(d) && d >= 0 && d <= 2 ** 31);
  if (typeof name !== 'string' || !isShape) return malformed('A tensor has no name or no valid shape.', where);
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    return fail(
      `A tensor is of type ${String(dtype)}.`,
      where,
      'Only float32, int32 and bool are read.',
      'Convert the model to float32.',
    );
  const quantization = fields.has('quantization') ? fieldsOf(fields.get('quantization')) : undefined;
  const stored = quantization?.get('dtype') ?? dtype;
  const [scale, min] = [quantization?.get('scale') ?? 1, quantization?.get('min') ?? 0];
  const width = BYTES.get(stored);
  if (width === undefined || typeof stored !== 'string' || !Number.isFinite(scale) || !Number.isFinite(min))
    return malformed(`A tensor is stored as ${String(stored)} with scale ${scale} and minimum ${min}.`, where);
  const size = (shape as number[]).reduce((product, d) => product * d, 1);
  if (size > IMPORT_LIMITS.parameters)
    return fail(
      `A tensor should be [${shape.join(', ')}], ${size} numbers.`,
      where,
      `More than ${IMPORT_LIMITS.parameters} numbers do not fit this page.`,
      'Choose a smaller network; if this one is small, copy the file again.',
    );
  return { name, shape, size, dtype, stored, scale: scale as number, min: min as number, bytes: size * width };
}

function decode({ shape, size, dtype, stored, scale, min }: Spec, bytes: Uint8Array): ManifestWeight {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers: Readonly<Record<string, (i: number) => number>> = {
    float32: (i) => view.getFloat32(4 * i, true),
    int32: (i) => view.getInt32(4 * i, true),
    float16: (i) => float16(view.getUint16(2 * i, true)),
    uint16: (i) => view.getUint16(2 * i, true) * scale + min,
    uint8: (i) => view.getUint8(i) * scale + min,
    bool: (i) => view.getUint8(i),
  };
  const read = readers[stored];
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = read(i);
  return { shape, values, dtype, quantized: stored !== dtype };
}

/** IEEE 754 binary16. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

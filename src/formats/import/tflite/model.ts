// The content of a .tflite file: tensors with their grids, operations in order, and what its creators say of it.
import { decodeFlatBuffer, FlatBufferError } from '../../flatbuffer';
import {
  BUILTIN_OPERATORS,
  TENSOR_TYPES,
  TFLITE_IDENTIFIER,
  TFLITE_SCHEMA,
  TFLITE_VERSION,
  type TfliteTable,
} from '../../tfliteSchema';
import { IMPORT_LIMITS, ImportError, type ModelFile, nameWithin, tensorsWithin, tooLarge } from '../importer';

/** Evenly spaced levels: `scale (code - zero)`, one of each, or one per position on `axis`. */
export interface TensorGrid {
  readonly scales: Float32Array;
  readonly zeros: readonly number[];
  readonly axis: number;
}

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorType. */
  readonly type: number;
  readonly grid?: TensorGrid;
  /** True for levels that the tables of the file describe in another way, e.g. in blocks. */
  readonly otherGrid: boolean;
  /** The bytes of a constant. */
  readonly data?: Uint8Array;
}

export interface TfliteOperation {
  /** The name of its output, which converters take from the layer. */
  readonly name: string;
  /** e.g. `CONV_2D`, or `operation 200` for one that is not listed. */
  readonly op: string;
  /** Positions of tensors; undefined for an input that is left out. */
  readonly inputs: readonly (number | undefined)[];
  readonly outputs: readonly number[];
  readonly options: NonNullable<TfliteTable<'Operator'>['options']>;
}

export interface TfliteModel {
  readonly file: string;
  /** What the converter says of itself; often empty. */
  readonly producer: string;
  readonly tensors: readonly TfliteTensor[];
  readonly operations: readonly TfliteOperation[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** @throws ImportError for a file that contradicts itself. */
export function contradicts(where: string, what: string): never {
  throw new ImportError({
    what,
    where,
    why: 'The file is damaged, or was not written as TensorFlow Lite defines it.',
    next: 'Copy or download it again, or convert the network once more.',
  });
}

const OPERATION_NAMES = new Map<number, string>(Object.entries(BUILTIN_OPERATORS).map(([name, code]) => [code, name]));

/** Files before 2020 have only the code of one byte. */
function operationName({ code, deprecatedCode, customCode }: TfliteTable<'OperatorCode'>): string {
  const number = Math.max(code, deprecatedCode);
  if (number === BUILTIN_OPERATORS.CUSTOM) return `custom operation ${customCode ?? ''}`.trim();
  return OPERATION_NAMES.get(number) ?? `operation ${number}`;
}

function decode({ name, bytes }: ModelFile): TfliteTable<'Model'> {
  try {
    return decodeFlatBuffer(bytes, TFLITE_SCHEMA, 'Model', TFLITE_IDENTIFIER);
  } catch (error) {
    if (!(error instanceof FlatBufferError)) throw error;
    return contradicts(name, `The file cannot be read: ${error.message}.`);
  }
}

function gridOf(
  quantization: TfliteTable<'Quantization'> | undefined,
  shape: readonly number[],
  where: string,
): TensorGrid | undefined {
  const { scale = [], zeroPoint = [], axis = 0 } = quantization ?? {};
  if (scale.length === 0) return undefined;
  const per = scale.length > 1;
  const fits = !per || (axis >= 0 && axis < shape.length && shape[axis] === scale.length);
  const zeros = zeroPoint.length === 0 ? [0] : [...zeroPoint];
  if (!fits || ![1, scale.length].includes(zeros.length))
    contradicts(where, `It has ${scale.length} scales and ${zeros.length} zero points for [${shape.join(', ')}].`);
  if (!scale.every((s) => Number.isFinite(s) && s >= 0)) contradicts(where, 'One of its scales is no length.');
  return { scales: Float32Array.from(scale), zeros, axis };
}

/** Bytes of a constant: inside of the file's tables, or after them. */
function dataOf(buffer: TfliteTable<'Buffer'> | undefined, bytes: Uint8Array, where: string): Uint8Array | undefined {
  if (buffer === undefined) contradicts(where, 'Its numbers are in no buffer of the file.');
  const { data, offset, size } = buffer;
  if (data !== undefined && data.length > 0) return data;
  if (offset <= 1) return undefined;
  if (!(offset + size <= bytes.length))
    contradicts(where, `Its numbers end at byte ${offset + size} of ${bytes.length}.`);
  return bytes.subarray(offset, offset + size);
}

/** Reads the tables of a file. @throws ImportError */
export function readModel(file: ModelFile): TfliteModel {
  const { name, bytes } = file;
  const model = decode(file);
  if (model.version !== TFLITE_VERSION)
    contradicts(name, `The file is of version ${model.version} of the schema, not of ${TFLITE_VERSION}.`);
  const { subgraphs = [], buffers = [], operatorCodes = [], description = '' } = model;
  const [graph] = subgraphs;
  if (graph === undefined) contradicts(name, 'The file holds no graph.');
  const { tensors = [], operators = [], inputs = [], outputs = [] } = graph;
  tensorsWithin(tensors.length, name);
  if (operators.length > IMPORT_LIMITS.nodes)
    tooLarge(name, `The graph has ${operators.length} operations.`, `${IMPORT_LIMITS.nodes} operations`);
  const read = tensors.map((tensor, i): TfliteTensor => {
    const named = nameWithin(tensor.name || `tensor ${i}`, name);
    const where = `${name}, tensor "${named}"`;
    const shape = tensor.shape ?? [];
    if (!shape.every((d) => d >= 0)) contradicts(where, `Its shape is [${shape.join(', ')}].`);
    const grid = gridOf(tensor.quantization, shape, where);
    const data = dataOf(
      tensor.buffer === 0 ? { offset: 0, size: 0, data: undefined } : buffers[tensor.buffer],
      bytes,
      where,
    );
    return {
      ...{ name: named, shape, type: tensor.type },
      otherGrid: tensor.quantization?.details !== undefined || tensor.sparsity !== undefined,
      ...(grid && { grid }),
      ...(data && { data }),
    };
  });
  const position = (i: number): number => {
    if (!(i >= 0 && i < read.length)) contradicts(name, `The graph uses tensor ${i} of ${read.length}.`);
    return i;
  };
  return {
    file: name,
    producer: description,
    tensors: read,
    inputs: inputs.map(position),
    outputs: outputs.map(position),
    operations: operators.map((operator) => {
      const code = operatorCodes[operator.opcode];
      if (code === undefined)
        contradicts(name, `The graph uses operation ${operator.opcode} of ${operatorCodes.length}.`);
      const made = (operator.outputs ?? []).map(position);
      if (made.length === 0) contradicts(name, 'An operation of the graph gives nothing.');
      return {
        name: read[made[0]].name,
        op: operationName(code),
        inputs: (operator.inputs ?? []).map((i) => (i < 0 ? undefined : position(i))),
        outputs: made,
        options: operator.options ?? {},
      };
    }),
  };
}

/** The name of a TensorType. */
export function typeName(type: number): string {
  return (
    Object.entries(TENSOR_TYPES)
      .find(([, number]) => number === type)?.[0]
      .toLowerCase() ?? `type ${type}`
  );
}

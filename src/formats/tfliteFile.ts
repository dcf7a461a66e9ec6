// Writes .tflite files, operation by operation. Reference: https://github.com/google-ai-edge/LiteRT,
// tflite/converter/schema/schema.fbs.
import { encodeFlatBuffer, type FlatValues } from './flatbufferWriter';
import { BUILTIN_OPERATORS, TENSOR_TYPES, TFLITE_IDENTIFIER, TFLITE_SCHEMA, TFLITE_VERSION } from './tfliteSchema';

/** A tensor: its type, a constant's numbers, and how they are quantized. */
export interface TensorSpec {
  /** FLOAT32 unless given. */
  readonly type?: keyof typeof TENSOR_TYPES;
  readonly data?: ArrayBufferView;
  /** One scale, or one per position on `axis`. */
  readonly scales?: readonly number[];
  /** 0 unless given. */
  readonly zeros?: readonly number[];
  readonly axis?: number;
}

/** What a file says of itself. */
interface Description {
  readonly description: string;
  /** Texts by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names of its input and its output for programs that ask by name. */
  readonly signature?: readonly [input: string, output: string];
}

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A file in the making. Tensors are referred to by number. */
export class TfliteFile {
  inputs: number[] = [];
  /** That of the last operation. */
  outputs: number[] = [];
  // Buffer 0 is the empty one, of tensors that are not constants.
  private readonly buffers: FlatValues[] = [{}];
  private readonly tensors: FlatValues[] = [];
  protected readonly operators: FlatValues[] = [];
  private readonly codes: { readonly code: number; readonly version: number }[] = [];

  /** Adds a tensor, and returns its number. */
  add(
    name: string,
    shape: readonly number[],
    { type = 'FLOAT32', data, scales, zeros, axis = 0 }: TensorSpec = {},
  ): number {
    const buffer = data ? this.buffers.push({ data: bytesOf(data) }) - 1 : 0;
    const quantization = scales && { scale: scales, zeroPoint: zeros ?? scales.map(() => 0), axis };
    const kind = TENSOR_TYPES[type];
    const tensor = { name, shape, type: kind, buffer, hasRank: true, ...(quantization && { quantization }) };
    return this.tensors.push(tensor) - 1;
  }

  /** Adds a list of int32 numbers. */
  integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): number {
    return this.add(name, shape, { type: 'INT32', data: Int32Array.from(values) });
  }

  /** Adds an operation with one output, and returns the output. */
  op(
    op: keyof typeof BUILTIN_OPERATORS,
    inputs: readonly number[],
    output: number,
    options?: readonly [kind: number, values: FlatValues],
    version = 1,
  ): number {
    const code = BUILTIN_OPERATORS[op];
    const same = this.codes.findIndex((known) => known.code === code && known.version === version);
    const opcode = same < 0 ? this.codes.push({ code, version }) - 1 : same;
    this.operators.push({ opcode, inputs, outputs: [output], ...(options && { options }) });
    this.outputs = [output];
    return output;
  }

  bytes({ description, metadata = {}, signature }: Description): Uint8Array<ArrayBuffer> {
    const { tensors, inputs, outputs, operators } = this;
    const texts = Object.entries(metadata).map(([name, text], i) => ({ name, text, buffer: this.buffers.length + i }));
    const buffers = [...this.buffers, ...texts.map(({ text }) => ({ data: new TextEncoder().encode(text) }))];
    const named = (name: string, [tensor]: readonly number[]) => [{ name, tensor }];
    const model = {
      version: TFLITE_VERSION,
      // Programs from before 2020 read the code of one byte alone.
      operatorCodes: this.codes.map(({ code, version }) => ({ deprecatedCode: Math.min(code, 127), code, version })),
      subgraphs: [{ tensors, inputs, outputs, operators, name: 'main' }],
      description,
      buffers,
      ...(texts.length > 0 && { metadata: texts.map(({ name, buffer }) => ({ name, buffer })) }),
      ...(signature && {
        signatures: [
          { inputs: named(signature[0], inputs), outputs: named(signature[1], outputs), key: 'serving_default' },
        ],
      }),
    };
    return encodeFlatBuffer(model, TFLITE_SCHEMA, 'Model', TFLITE_IDENTIFIER);
  }
}

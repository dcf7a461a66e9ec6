// Writes small ONNX files for tests, and runs them in ONNX Runtime, the independent reference.
// Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers).
import * as ort from 'onnxruntime-web/wasm';
import { ProtobufWriter } from '../../protobufWriter';

/** A test's description of a tensor: float32 by default, int64 if `type` is 7; raw data. */
export interface TensorSpec {
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  readonly type?: number;
}

export type AttributeSpec =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly tensor: TensorSpec };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface FileSpec {
  readonly nodes: readonly NodeSpec[];
  readonly tensors?: Readonly<Record<string, TensorSpec>> | readonly (readonly [string, TensorSpec])[];
  /** Shape of the input "image"; a string names a symbolic size. */
  readonly image?: readonly (number | string)[];
  readonly output?: string;
  readonly opset?: number;
}

/** Raw bytes for the types used in tests. */
function raw(type: number, values: ArrayLike<number>): Uint8Array {
  const numbers = Array.from(values);
  const arrays: Record<number, () => ArrayBufferView> = {
    1: () => Float32Array.from(numbers),
    2: () => Uint8Array.from(numbers),
    3: () => Int8Array.from(numbers),
    4: () => Uint16Array.from(numbers),
    5: () => Int16Array.from(numbers),
    6: () => Int32Array.from(numbers),
    7: () => BigInt64Array.from(numbers, (v) => (v >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(v))),
    10: () => Uint16Array.from(numbers),
    11: () => Float64Array.from(numbers),
  };
  const array = arrays[type]();
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function tensorProto(name: string, { dims, values, type = 1 }: TensorSpec): ProtobufWriter {
  return new ProtobufWriter().integers(1, dims).integer(2, type).text(8, name).payload(9, raw(type, values));
}

function attributeProto(name: string, value: AttributeSpec): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return writer.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return writer.payload(4, new TextEncoder().encode(value)).integer(20, 3);
  if ('float' in value) return writer.float(2, value.float).integer(20, 1);
  if ('tensor' in value) return writer.message(5, tensorProto('', value.tensor)).integer(20, 4);
  return writer.integers(8, value).integer(20, 7);
}

export function nodeProto({ op, inputs, outputs, name = '', domain = '', attributes = {} }: NodeSpec): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const input of inputs) writer.text(1, input);
  for (const output of outputs) writer.text(2, output);
  writer.text(3, name).text(4, op).text(7, domain);
  for (const [key, value] of Object.entries(attributes)) writer.message(5, attributeProto(key, value));
  return writer;
}

export function valueInfo(name: string, dims: readonly (number | string)[] | undefined): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const d of dims ?? [])
    shape.message(1, typeof d === 'number' ? new ProtobufWriter().integer(1, d) : new ProtobufWriter().text(2, d));
  const tensor = new ProtobufWriter().integer(1, 1);
  if (dims !== undefined) tensor.message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

/** The GraphProto of a file, for tests that extend it. */
export function graphProto({
  nodes,
  tensors = {},
  image = ['N', 3, 6, 6],
  output = 'logits',
}: FileSpec): ProtobufWriter {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.message(1, nodeProto(node));
  graph.text(2, 'test');
  for (const [name, tensor] of Array.isArray(tensors) ? tensors : Object.entries(tensors))
    graph.message(5, tensorProto(name, tensor));
  return graph.message(11, valueInfo('image', image)).message(12, valueInfo(output, undefined));
}

export function modelProto(graph: ProtobufWriter, opset = 17): ProtobufWriter {
  return new ProtobufWriter()
    .integer(1, 8)
    .text(2, 'tests')
    .message(7, graph)
    .message(8, new ProtobufWriter().text(1, '').integer(2, opset));
}

/** A whole file. */
export function onnxFile(spec: FileSpec): Uint8Array {
  return modelProto(graphProto(spec), spec.opset).finish();
}

/** Output of ONNX Runtime for `image` of the shape `dims`, without graph optimizations. */
export async function runtimeOutput(file: Uint8Array, image: Float32Array, dims: readonly number[]) {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', image, dims) });
  const values = Float32Array.from((await results[session.outputNames[0]].getData()) as Float32Array);
  await session.release();
  return values;
}

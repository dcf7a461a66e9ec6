// ONNX files as plain data, and their bytes. Only what exports write. Reference: onnx.proto of ONNX 1.20 (field numbers,
// packing of 4- and 2-bit numbers).
import { ProtobufWriter } from '../protobufWriter';

const TYPES = { FLOAT: 1, UINT8: 2, INT8: 3, INT64: 7, UINT4: 21, INT4: 22, UINT2: 25, INT2: 26 } as const;

export type OnnxType = keyof typeof TYPES;

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  /** Empty for a scalar. */
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An integer, integers, a text, a float, or a reference to an attribute of the enclosing function. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly reference: string };

export interface OnnxNode {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A float tensor; a text is the name of a free dimension. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

/** A function included in the file, for runtimes that lack the operation. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Versions of operator sets by domain; the main one is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly name: string;
  readonly producerVersion: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly input: OnnxValue;
  readonly outputs: readonly OnnxValue[];
  readonly functions?: readonly OnnxFunction[];
}

/** The bytes of numbers: little endian, 4- and 2-bit numbers packed low bits first. */
function rawData(type: OnnxType, values: ArrayLike<number>): Uint8Array {
  if (type === 'FLOAT') return new Uint8Array(Float32Array.from(values).buffer);
  if (type === 'INT64') return new Uint8Array(BigInt64Array.from(Array.from(values), BigInt).buffer);
  const bits = type.endsWith('8') ? 8 : type.endsWith('4') ? 4 : 2;
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8));
  const each = 8 / bits;
  for (let i = 0; i < values.length; i++)
    bytes[Math.floor(i / each)] |= (values[i] & (2 ** bits - 1)) << (bits * (i % each));
  return bytes;
}

function tensorMessage({ name, type, dims, values }: OnnxTensor): ProtobufWriter {
  return new ProtobufWriter().integers(1, dims).integer(2, TYPES[type]).text(8, name).payload(9, rawData(type, values));
}

function attributeMessage(name: string, value: OnnxAttribute): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return message.text(4, value).integer(20, 3);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  if ('reference' in value) return message.text(21, value.reference).integer(20, 2);
  for (const integer of value) message.integer(8, integer);
  return message.integer(20, 7);
}

function nodeMessage({ op, domain, inputs, outputs, attributes = {} }: OnnxNode): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const name of inputs) message.text(1, name);
  for (const name of outputs) message.text(2, name);
  message.text(3, outputs[0]).text(4, op);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attributeMessage(name, value));
  return domain === undefined ? message : message.text(7, domain);
}

function valueMessage({ name, dims }: OnnxValue): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dim of dims)
    shape.message(
      1,
      typeof dim === 'number' ? new ProtobufWriter().integer(1, dim) : new ProtobufWriter().text(2, dim),
    );
  const tensor = new ProtobufWriter().integer(1, TYPES.FLOAT).message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

function opsetMessage(domain: string, version: number): ProtobufWriter {
  return new ProtobufWriter().text(1, domain).integer(2, version);
}

function functionMessage(body: OnnxFunction, mainOpset: number): ProtobufWriter {
  const message = new ProtobufWriter().text(1, body.name);
  for (const name of body.inputs) message.text(4, name);
  for (const name of body.outputs) message.text(5, name);
  for (const name of body.attributes) message.text(6, name);
  for (const node of body.nodes) message.message(7, nodeMessage(node));
  return message.message(9, opsetMessage('', mainOpset)).text(10, body.domain);
}

/** The bytes of an ONNX file. */
export function onnxBytes(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = new ProtobufWriter();
  for (const node of model.nodes) graph.message(1, nodeMessage(node));
  graph.text(2, model.name);
  for (const tensor of model.initializers) graph.message(5, tensorMessage(tensor));
  graph.message(11, valueMessage(model.input));
  for (const output of model.outputs) graph.message(12, valueMessage(output));

  const file = new ProtobufWriter()
    .integer(1, model.irVersion)
    .text(2, 'fewbits')
    .text(3, model.producerVersion)
    .message(7, graph);
  for (const [domain, version] of model.opsets) file.message(8, opsetMessage(domain, version));
  for (const [key, value] of model.metadata) file.message(14, new ProtobufWriter().text(1, key).text(2, value));
  for (const body of model.functions ?? []) file.message(25, functionMessage(body, model.opsets.get('') as number));
  return file.finish();
}

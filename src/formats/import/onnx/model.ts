// An ONNX file as data: the subset of ModelProto that describes a network, decoded and counted but not yet interpreted.
// Reference: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers).
import { ProtobufMessage as Protobuf, ProtobufError, type ProtobufField, type ProtobufMessage } from '../../protobuf';
import { IMPORT_LIMITS, ImportError, type ModelFile, nameWithin, tooLarge } from '../importer';
import { contradicts, endsEarly, unreadable } from './errors';
import { readEntry, readStoredTensor, type StoredTensor } from './tensorProto';

export interface OnnxAttribute {
  readonly integer?: number;
  readonly float?: number;
  readonly text?: string;
  readonly tensor?: StoredTensor;
  readonly integers: readonly number[];
  readonly floats: readonly number[];
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** Empty for ONNX's own operations. */
  readonly domain: string;
  /** Names of values; empty for an omitted input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input of the graph. A dimension without a fixed size is its symbolic name, possibly empty. */
export interface OnnxInput {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly file: string;
  readonly producer: string;
  /** Opset version of ONNX's own operations. */
  readonly opset: number;
  readonly graph: string;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Inputs other than weights. */
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  /** `domain:name` of the functions defined in the file. */
  readonly functions: ReadonlySet<string>;
  /** The file's metadata (metadata_props). */
  readonly metadata: ReadonlyMap<string, string>;
}

function readAttribute(message: ProtobufMessage, where: string): [name: string, attribute: OnnxAttribute] {
  const integers: number[] = [];
  const floats: number[] = [];
  const found: { integer?: number; float?: number; text?: string; tensor?: StoredTensor } = {};
  let name = '';
  for (const field of message.fields())
    switch (field.number) {
      case 1:
        name = field.text();
        break;
      case 2:
        found.float = field.float();
        break;
      case 3:
        found.integer = field.integer();
        break;
      case 4:
        found.text = new TextDecoder().decode(field.payload().subarray(0, 1000));
        break;
      case 5:
        found.tensor = readStoredTensor(field.message(), where);
        break;
      case 7:
        field.floats(floats);
        break;
      case 8:
        field.integers(integers);
    }
  return [name, { ...found, integers, floats }];
}

function readNode(message: ProtobufMessage, where: string): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  const text = { name: '', op: '', domain: '' };
  for (const field of message.fields())
    switch (field.number) {
      case 1:
        inputs.push(nameWithin(field.text(), where));
        break;
      case 2:
        outputs.push(nameWithin(field.text(), where));
        break;
      case 3:
        text.name = nameWithin(field.text(), where);
        break;
      case 4:
        text.op = nameWithin(field.text(), where);
        break;
      case 5: {
        const [name, attribute] = readAttribute(field.message(), `${where}, an attribute`);
        attributes.set(name, attribute);
        break;
      }
      case 7:
        text.domain = nameWithin(field.text(), where);
    }
  const domain = text.domain === 'ai.onnx' ? '' : text.domain;
  return { name: text.name || outputs[0] || text.op, op: text.op, domain, inputs, outputs, attributes };
}

/** The only field `number` of a message, itself a message; undefined if missing. */
function inside(message: ProtobufMessage | undefined, number: number): ProtobufMessage | undefined {
  for (const field of message?.fields() ?? []) if (field.number === number) return field.message();
  return undefined;
}

function readInput(message: ProtobufMessage): OnnxInput {
  let name = '';
  const dims: (number | string)[] = [];
  for (const field of message.fields())
    if (field.number === 1) name = nameWithin(field.text(), 'an input of the graph');
    else if (field.number === 2)
      for (const dim of inside(inside(field.message(), 1), 2)?.fields() ?? [])
        if (dim.number === 1) {
          let size: number | string = '';
          for (const part of dim.message().fields())
            if (part.number === 1) size = part.integer();
            else if (part.number === 2) size = part.text();
          dims.push(size);
        }
  return { name, dims };
}

interface Graph {
  name: string;
  readonly nodes: OnnxNode[];
  readonly tensors: Map<string, StoredTensor>;
  readonly inputs: OnnxInput[];
  readonly outputs: string[];
}

function readGraphField(field: ProtobufField, graph: Graph, file: string): void {
  switch (field.number) {
    case 1:
      graph.nodes.push(readNode(field.message(), file));
      if (graph.nodes.length > IMPORT_LIMITS.nodes)
        tooLarge(file, `The graph has more than ${IMPORT_LIMITS.nodes} nodes.`, `${IMPORT_LIMITS.nodes} nodes`);
      break;
    case 2:
      graph.name = field.text();
      break;
    case 5: {
      const tensor = readStoredTensor(field.message(), file);
      if (graph.tensors.has(tensor.name))
        contradicts(`${file}, tensor "${tensor.name}"`, `Two tensors have the name "${tensor.name}".`);
      graph.tensors.set(tensor.name, tensor);
      if (graph.tensors.size > IMPORT_LIMITS.tensors)
        tooLarge(file, `The graph has more than ${IMPORT_LIMITS.tensors} tensors.`, `${IMPORT_LIMITS.tensors} tensors`);
      break;
    }
    case 11:
      graph.inputs.push(readInput(field.message()));
      break;
    case 12:
      graph.outputs.push(readInput(field.message()).name);
      break;
    case 15:
      throw new ImportError({
        what: 'Some weights are stored as sparse tensors.',
        where: file,
        why: 'The page keeps every weight, also zeros.',
        next: 'Export the network with dense weights.',
      });
  }
}

function decode(file: string, bytes: Uint8Array): OnnxModel {
  const producer: string[] = [];
  const functions = new Set<string>();
  const metadata = new Map<string, string>();
  const graph: Graph = { name: '', nodes: [], tensors: new Map(), inputs: [], outputs: [] };
  let opset = 0;
  for (const field of Protobuf.of(bytes, { depth: IMPORT_LIMITS.depth }).fields())
    switch (field.number) {
      case 2:
      case 3:
        producer.push(field.text());
        break;
      case 7:
        for (const part of field.message().fields()) readGraphField(part, graph, file);
        break;
      case 8: {
        let [domain, version] = ['', 0];
        for (const part of field.message().fields())
          if (part.number === 1) domain = part.text();
          else if (part.number === 2) version = part.integer();
        if (domain === '' || domain === 'ai.onnx') opset = version;
        break;
      }
      case 14: {
        const [key, value] = readEntry(field.message());
        metadata.set(key, value);
        break;
      }
      case 25: {
        let [name, domain] = ['', ''];
        for (const part of field.message().fields())
          if (part.number === 1) name = part.text();
          else if (part.number === 10) domain = part.text();
        functions.add(`${domain}:${name}`);
      }
    }
  const inputs = graph.inputs.filter(({ name }) => !graph.tensors.has(name));
  const said = producer.filter((text) => text !== '').join(' ');
  return { ...graph, file, graph: graph.name, inputs, opset, functions, metadata, producer: said };
}

/**
 * Decodes a file.
 * @throws ImportError if the file is no ONNX model, contradicts itself or is too large.
 */
export function readModel({ name, bytes }: ModelFile): OnnxModel {
  let model: OnnxModel;
  try {
    model = decode(name, bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    if (error.missing !== undefined) endsEarly(name, error.byte, error.missing.wanted, error.missing.left);
    unreadable(`${name}, byte ${error.byte}`, error.problem);
  }
  if (model.nodes.length === 0 || model.outputs.length === 0)
    throw new ImportError({
      what: 'The file holds no network.',
      where: name,
      why: 'It can be read as protobuf, as ONNX files are, but has no graph with nodes and an output.',
      next: 'Drop the file that torch.onnx.export or another exporter wrote.',
    });
  return model;
}

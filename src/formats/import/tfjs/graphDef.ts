// The graph of a TF.js GraphModel: TensorFlow's GraphDef as JSON, with 64-bit integers as strings and strings as base64.
// Reference: tensorflow/core/framework/{graph,node_def,attr_value}.proto; tfjs-converter/src/operations/operation_mapper.ts.
import { IMPORT_LIMITS, ImportError, nameWithin } from '../importer';
import { fieldsOf } from '../json';

/** One operation, with its inputs except control inputs. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes whose first output it reads. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

export function malformed(what: string, where: string): ImportError {
  return new ImportError({
    what,
    where,
    why: 'tensorflowjs_converter, as far as it is known here, writes no graph like this.',
    next: 'Convert the model again with tensorflowjs_converter.',
  });
}

/** Attributes of a node; each `value` is an AttrValue. */
export class Attributes {
  private readonly fields: ReadonlyMap<string, unknown>;

  /** @param where file and node, for messages. */
  constructor(
    value: unknown,
    readonly where: string,
  ) {
    this.fields = fieldsOf(value);
  }

  private value(key: string, kind: string): unknown {
    return fieldsOf(this.fields.get(key)).get(kind);
  }

  private list(key: string, kind: string): readonly unknown[] {
    const list = fieldsOf(this.value(key, 'list')).get(kind);
    return Array.isArray(list) ? list : [];
  }

  flag(key: string): boolean {
    return this.value(key, 'b') === true;
  }

  number(key: string, fallback: number): number {
    const value = Number(this.value(key, 'f') ?? this.value(key, 'i') ?? fallback);
    if (!Number.isFinite(value)) throw malformed(`"${key}" should be a number.`, this.where);
    return value;
  }

  text(key: string, fallback: string): string {
    const value = this.value(key, 's');
    return value === undefined ? fallback : this.decoded(value, key);
  }

  texts(key: string): readonly string[] {
    return this.list(key, 's').map((text) => this.decoded(text, key));
  }

  private decoded(value: unknown, key: string): string {
    try {
      return atob(value as string);
    } catch {
      throw malformed(`"${key}" should be a text in base64.`, this.where);
    }
  }

  /** Integers; empty if the attribute is absent. */
  integers(key: string): readonly number[] {
    const numbers = this.list(key, 'i').map(Number);
    if (!numbers.every(Number.isInteger)) throw malformed(`"${key}" should be whole numbers.`, this.where);
    return numbers;
  }

  /** Height and width of a window or its strides, from [1, h, w, 1]. */
  pair(key: string): readonly [number, number] {
    const [n = 1, h = 1, w = 1, c = 1] = this.integers(key);
    if (n !== 1 || c !== 1 || ![h, w].every((v) => v >= 1 && v <= 1e6))
      throw malformed(`"${key}" should be 1, height, width, 1.`, this.where);
    return [h, w];
  }

  /** Sizes of a shape; NaN for unknown ones. */
  shape(key: string): readonly number[] {
    const dimensions = fieldsOf(this.value(key, 'shape')).get('dim');
    return (Array.isArray(dimensions) ? dimensions : []).map((dimension) => {
      const size = Number(fieldsOf(dimension).get('size') ?? Number.NaN);
      return size >= 0 ? size : Number.NaN;
    });
  }
}

/**
 * The nodes of a graph, each after all its inputs.
 * @throws ImportError if the graph is damaged, too large or cyclic.
 */
export function orderedNodes(topology: unknown, where: string): GraphNode[] {
  const list = fieldsOf(topology).get('node');
  if (!Array.isArray(list)) throw malformed('The graph has no list of nodes.', where);
  if (list.length > IMPORT_LIMITS.nodes)
    throw new ImportError({
      what: `The graph has ${list.length} nodes.`,
      where,
      why: `More than ${IMPORT_LIMITS.nodes} do not fit this page.`,
      next: 'Choose a smaller network.',
    });
  const nodes = new Map<string, GraphNode>();
  for (const item of list) {
    const fields = fieldsOf(item);
    const [name, op, inputs = []] = [fields.get('name'), fields.get('op'), fields.get('input')];
    if (typeof name !== 'string' || typeof op !== 'string' || !Array.isArray(inputs) || nodes.has(name))
      throw malformed(`A node has no name of its own, no operation or no list of inputs.`, where);
    nameWithin(name, where);
    const reads = inputs.map(String).filter((input) => !input.startsWith('^'));
    const attributes = new Attributes(fields.get('attr'), `${where}, node "${name}"`);
    nodes.set(name, { name, op, inputs: reads.map((input) => input.replace(/:\d+$/, '')), attributes });
  }
  const ordered = new Map<string, GraphNode>();
  let waiting = [...nodes.values()];
  while (waiting.length > 0) {
    const later: GraphNode[] = [];
    for (const node of waiting) {
      const missing = node.inputs.find((input) => !nodes.has(input));
      if (missing !== undefined) throw malformed(`"${missing}" is read, but there is no such node.`, where);
      if (node.inputs.every((input) => ordered.has(input))) ordered.set(node.name, node);
      else later.push(node);
    }
    if (later.length === waiting.length)
      throw malformed(`The nodes read each other in a circle, "${later[0].name}" among them.`, where);
    waiting = later;
  }
  return [...ordered.values()];
}

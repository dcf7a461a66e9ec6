// The network that grows while the nodes of an ONNX graph are gone through, and what each ONNX value is in it.
import type { Network, NetworkNode, Parameter } from '../../../graph/network';
import { parameterName } from '../../../graph/network';
import { canBeNegative } from '../../../graph/signs';
import { IMPORT_LIMITS, tooLarge } from '../importer';
import { contradicts, notFinite } from './errors';
import { type GraphValue, LayerRoundings, TAKES_FACTOR } from './graphValue';
import type { OnnxNode } from './model';
import { refuse } from './node';
import { sizeOf, type Tensor } from './tensor';

/** Numbers of one image's activation; a browser has to hold many images at once. */
const MAX_ACTIVATION = 16_777_216;

export type Value = { readonly constant: Tensor } | { readonly activation: GraphValue } | 'unknown';

/** Operations that can put a lower end to numbers that have an upper one. */
const CUTS: ReadonlySet<string> = new Set(['Clip', 'Max', 'Min', 'Relu']);

/** Thrown for a node that reads what an unsupported one should have given; it is no complaint of its own. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

export class Conversion {
  readonly nodes: NetworkNode[] = [];
  readonly parameters = new Map<string, Parameter>();
  readonly values = new Map<string, Value>();
  readonly notes = new Set<string>();
  /** Name of the stored tensor that a constant comes from, for the names of layers. */
  readonly origins = new Map<string, string>();
  /** What the file says of how layers round. */
  readonly roundings = new LayerRoundings();
  private readonly ids = new Set<string>();
  /** The ONNX value that a node of ours gives directly, to see whether only one node reads it. */
  private readonly givers = new Map<string, string>();
  /** Ids of nodes that can give negative numbers. */
  private readonly negative = new Set<string>();
  private parameterCount = 0;
  private layers = 0;

  constructor(
    readonly file: string,
    readonly opset: number,
    /** Operations that read each ONNX value; the graph's output is one. */
    readonly readers: ReadonlyMap<string, readonly string[]>,
    /** True for a file of the page, whose scales are taken back to where they came from. */
    readonly own = false,
  ) {}

  /** The place of a node in messages. */
  where(node: OnnxNode): string {
    return `${this.file}, node "${node.name}"`;
  }

  private value(node: OnnxNode, index: number): Value | undefined {
    const name = node.inputs[index];
    if (name === undefined || name === '') return undefined;
    const value = this.values.get(name);
    if (value === undefined) contradicts(this.where(node), `The node reads "${name}", which nothing gives.`);
    if (value === 'unknown') throw new Unknown();
    return value;
  }

  /** The activation that a node reads. */
  activation(node: OnnxNode, index = 0): GraphValue {
    const value = this.value(node, index);
    if (value === undefined) refuse(`It has no input ${index}.`);
    if (value === 'unknown' || !('activation' in value))
      refuse('It works on a constant where an activation is expected.');
    if (value.activation.codes !== undefined && !['Clip', 'DequantizeLinear'].includes(node.op))
      refuse('It computes on quantized codes. Export the float network.');
    if (value.activation.factor !== undefined && !TAKES_FACTOR.has(node.op)) refuse('It reads scaled numbers.');
    if (value.activation.atMost !== undefined && !CUTS.has(node.op))
      refuse(
        `It reads numbers that end at ${value.activation.atMost} and do not begin at 0; the page knows ReLU6 (0 to 6).`,
      );
    return value.activation;
  }

  /** The image that a node reads, in ONNX' usual order [n, c, h, w]. */
  image(node: OnnxNode, index = 0): GraphValue & { readonly axes: string } {
    const activation = this.activation(node, index);
    if (activation.axes !== 'nchw')
      refuse(`It reads [${activation.dims.join(', ')}], which is no image of [batch, channels, height, width].`);
    return activation as GraphValue & { readonly axes: string };
  }

  /** True when the input is there and is known beforehand. */
  isConstant(node: OnnxNode, index: number): boolean {
    const value = this.value(node, index);
    return value !== undefined && value !== 'unknown' && 'constant' in value;
  }

  /** A constant that a node reads, or undefined where it is left out. */
  constant(node: OnnxNode, index: number): Tensor | undefined {
    const value = this.value(node, index);
    if (value === undefined) return undefined;
    if (value === 'unknown' || !('constant' in value))
      refuse(`Its input ${index} is computed from the image; it must be stored in the file.`);
    return value.constant;
  }

  /** Weights that a node reads: they must be there, and finite. */
  weights(node: OnnxNode, index: number): Tensor {
    const tensor = this.constant(node, index) ?? refuse(`It has no input ${index}.`);
    const bad = tensor.values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      const [name, value] = [node.inputs[index], tensor.values[bad]];
      const origin = this.origins.get(name);
      const computed = origin !== undefined && origin !== name;
      notFinite(computed ? this.where(node) : `${this.file}, tensor "${name}"`, name, value, bad, computed);
    }
    return tensor;
  }

  /** Adds a node of ours for `node`, and says what it gives. */
  add(
    node: OnnxNode,
    name: string,
    made: DistributiveOmit<NetworkNode, 'id'>,
    { dims, axes, order }: Pick<GraphValue, 'dims' | 'axes' | 'order'>,
    parameters: Readonly<Record<string, Parameter>> = {},
  ): GraphValue {
    const id = this.uniqueId(name);
    if (sizeOf(dims) / dims[0] > MAX_ACTIVATION)
      tooLarge(
        this.where(node),
        `The node gives [${dims.join(', ')}] numbers.`,
        `${MAX_ACTIVATION} numbers of an image at a time`,
      );
    const added = { ...made, id } as NetworkNode;
    this.nodes.push(added);
    for (const [part, parameter] of Object.entries(parameters)) this.addParameter(node, id, part, parameter);
    if (this.keepsSigns(added) ? this.isSigned(made.inputs[0]) : canBeNegative(added, this.negative))
      this.negative.add(id);
    if ('kernel' in parameters && ++this.layers > IMPORT_LIMITS.layers)
      tooLarge(
        this.where(node),
        `The network has more than ${IMPORT_LIMITS.layers} layers with weights.`,
        `${IMPORT_LIMITS.layers} layers`,
      );
    this.givers.set(id, node.outputs[0]);
    return { id, dims, ...(axes !== undefined && { axes }), ...(order !== undefined && { order }) };
  }

  private addParameter(node: OnnxNode, id: string, part: string, parameter: Parameter): void {
    this.parameterCount += parameter.values.length;
    if (this.parameterCount > IMPORT_LIMITS.parameters)
      tooLarge(
        this.where(node),
        `The network has more than ${IMPORT_LIMITS.parameters} weights.`,
        `${IMPORT_LIMITS.parameters} weights`,
      );
    this.parameters.set(parameterName(id, part), parameter);
  }

  /**
   * Adds a bias to the layer that gives the activation a node reads, where that layer has none and nothing else reads it.
   * False when there is no such layer.
   */
  addBias(node: OnnxNode, index: number, id: string, values: Float32Array): boolean {
    const read = node.inputs[index];
    const at = this.nodes.findIndex((other) => other.id === id);
    const layer = this.nodes[at];
    if (this.givers.get(id) !== read || this.readers.get(read)?.length !== 1 || !('bias' in layer) || layer.bias)
      return false;
    this.nodes[at] = { ...layer, bias: true };
    this.addParameter(node, id, 'bias', { shape: [values.length], values });
    return true;
  }

  /**
   * Changes the batch norm that gives the activation a node reads to `gamma x + beta` of its result, where it only scales and
   * shifts (epsilon 0) and nothing else reads it. False when there is no such batch norm.
   */
  composeScaling(node: OnnxNode, index: number, id: string, gamma: Float32Array, beta: Float32Array): boolean {
    const read = node.inputs[index];
    const norm = this.node(id);
    if (norm.op !== 'batchNorm' || norm.epsilon !== 0) return false;
    if (this.givers.get(id) !== read || this.readers.get(read)?.length !== 1) return false;
    const compose = (part: string, change: (v: number, c: number) => number) => {
      const name = parameterName(id, part);
      const { shape, values } = this.parameters.get(name) as Parameter;
      this.parameters.set(name, { shape, values: values.map(change) });
    };
    compose('gamma', (v, c) => v * gamma[c]);
    compose('beta', (v, c) => v * gamma[c] + beta[c]);
    if (!this.keepsSigns(norm)) this.negative.add(id);
    this.givers.set(id, node.outputs[0]);
    return true;
  }

  /** True where a node of ours can give negative numbers. Batch norms that only multiply by positive numbers keep signs. */
  isSigned(id: string): boolean {
    return this.negative.has(id);
  }

  private keepsSigns({ id, op }: NetworkNode): boolean {
    const all = (part: string, holds: (v: number) => boolean) =>
      this.parameters.get(parameterName(id, part))?.values.every(holds) === true;
    return (
      op === 'batchNorm' && all('gamma', (v) => v > 0) && ['beta', 'mean'].every((part) => all(part, (v) => v === 0))
    );
  }

  /** Ends the ReLU that a node reads at 6, where nothing else reads it. False when there is no such ReLU. */
  endAtSix(node: OnnxNode, index: number, id: string): boolean {
    const read = node.inputs[index];
    const at = this.nodes.findIndex((other) => other.id === id);
    if (this.nodes[at].op !== 'relu' || this.givers.get(id) !== read || this.readers.get(read)?.length !== 1)
      return false;
    this.nodes[at] = { ...this.nodes[at], op: 'relu6' } as NetworkNode;
    this.givers.set(id, node.outputs[0]);
    return true;
  }

  /** Our node of an id. */
  node(id: string): NetworkNode {
    return this.nodes.find((other) => other.id === id) as NetworkNode;
  }

  network(name: string): Network {
    return { name, nodes: this.nodes, parameters: this.parameters };
  }

  /** An id that no node has yet and that is nothing special in JavaScript. */
  private uniqueId(wanted: string): string {
    const clean = wanted.replace(/\p{C}/gu, '').slice(0, 100) || 'node';
    const name = clean in {} ? `node ${clean}` : clean;
    let id = name;
    for (let i = 2; this.ids.has(id); i++) id = `${name}_${i}`;
    this.ids.add(id);
    return id;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The name of an ONNX node as PyTorch's module path: `/layer1/layer1.0/conv1/Conv` is `layer1.0.conv1`. */
export function scopeName(node: OnnxNode, keepOp: boolean): string {
  const steps = node.name.split('/').filter((step) => step !== '');
  const path = steps.filter((step, i) => i === steps.length - 1 || !steps[i + 1].startsWith(`${step}.`));
  if (!keepOp && path.length > 1 && (path.at(-1) as string).startsWith(node.op)) path.pop();
  return path.join('.');
}

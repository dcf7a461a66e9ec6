// Builds the network while a reader walks a file's graph, in any format: makes names unique, checks shapes and limits on
// the way, and merges two operations of the file into one of ours.
import {
  type ActivationShape,
  isLayer,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from '../../graph/network';
import { checkNetwork, NetworkError, outputShape } from '../../graph/shapes';
import { canBeNegative } from '../../graph/signs';
import { IMPORT_LIMITS, ImportError, tooLarge, tooManyWeights } from './importer';
import { refuse } from './refusal';

/** The output of an added node. */
export interface Value {
  readonly id: string;
  readonly shape: ActivationShape;
}

type NodeOf<O, N extends NetworkNode = NetworkNode> = N extends NetworkNode ? (O extends N['op'] ? N : never) : never;
/** The properties of a node besides its inputs. */
export type Attributes<O extends NetworkNode['op']> = Omit<NodeOf<O>, 'id' | 'op' | 'inputs'>;

/** Size limit of one image's activation; a browser has to hold many images at once. */
const MAX_ACTIVATION = 16_777_216;

/** The part of the file being read. */
export interface Reading {
  /** For messages, e.g. `net.onnx, node "conv1"`. */
  readonly where: string;
  /** The file's name for the part's output. */
  readonly gives: string;
}

export class GraphBuilder {
  /** Changes and omissions, as sentences. */
  readonly notes = new Set<string>();
  nodes: NetworkNode[] = [];
  readonly parameters = new Map<string, Parameter>();
  /** Ids of batch norms made by `scaling`. */
  readonly scalings = new Set<string>();
  /** Ids of softmaxes made by `logSoftmax`. */
  readonly logSoftmaxes = new Set<string>();
  private readonly values = new Map<string, Value>();
  /** Ids of nodes with possibly negative outputs. */
  private readonly negative = new Set<string>();
  /** The file's name for the output of each of our nodes. */
  private readonly names = new Map<string, string>();
  private reading: Reading;
  private parameterCount = 0;
  private layers = 0;

  /**
   * @param file for messages
   * @param readersOf number of readers of an output in the file, by the file's name for that output
   */
  constructor(
    readonly file: string,
    private readonly readersOf: (name: string) => number,
  ) {
    this.reading = { where: file, gives: '' };
  }

  /** Sets the part of the file that the next nodes belong to. */
  begin(reading: Reading): void {
    this.reading = reading;
  }

  /**
   * Adds a node; a taken name gets a number.
   * @throws Refusal if the node does not fit its inputs, ImportError if the network becomes too large.
   */
  add<O extends NetworkNode['op']>(
    op: O,
    name: string,
    inputs: readonly Pick<Value, 'id'>[],
    attributes: Attributes<O>,
    parameters: Readonly<Record<string, Parameter>> = {},
  ): Value {
    const id = this.uniqueId(name);
    const node = { op, id, inputs: inputs.map((input) => input.id), ...attributes } as unknown as NetworkNode;
    const value = { id, shape: this.shapeOf(node) };
    this.nodes.push(node);
    this.values.set(id, value);
    this.names.set(id, this.reading.gives);
    for (const [part, parameter] of Object.entries(parameters)) this.setParameter(id, part, parameter);
    if (this.keepsSigns(node) ? this.isSigned(node.inputs[0]) : canBeNegative(node, this.negative))
      this.negative.add(id);
    if (isLayer(node) && ++this.layers > IMPORT_LIMITS.layers)
      this.tooLarge(
        `The network has more than ${IMPORT_LIMITS.layers} layers with weights`,
        `${IMPORT_LIMITS.layers} layers`,
      );
    return value;
  }

  /** Adds `scale x + offset` per channel, as a batch norm that does nothing else; each of length 1 or channels. */
  scaling(name: string, x: Pick<Value, 'id'>, scale: ArrayLike<number>, offset: ArrayLike<number>): Value {
    const channels = this.value(x.id).shape.at(-1) as number;
    const hard = Array.from(offset).every((v) => v === 0) ? this.hardSigmoid(x, scale) : undefined;
    if (hard !== undefined) return hard;
    for (const { length } of [scale, offset])
      if (length !== 1 && length !== channels)
        refuse(`It has ${length} factors for ${channels} channels.`, 'Give it one, or one a channel.');
    const all = (values: ArrayLike<number>) => ({
      shape: [channels],
      values: Float32Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c]),
    });
    const parts = { gamma: all(scale), beta: all(offset), mean: all([0]), variance: all([1]) };
    const value = this.add('batchNorm', name, [x], { epsilon: 0 }, parts);
    this.scalings.add(value.id);
    return value;
  }

  /**
   * Turns `relu6(x + 3)`, read once, into the hard sigmoid that it is when divided by 6: exporters write it so. Undefined
   * for anything else.
   */
  private hardSigmoid({ id }: Pick<Value, 'id'>, scale: ArrayLike<number>): Value | undefined {
    const relu6 = this.node(id);
    if (relu6.op !== 'relu6' || !Array.from(scale).every((v) => Math.abs(6 * v - 1) < 1e-5)) return undefined;
    const [line] = relu6.inputs;
    const all = (part: string, value: number) => this.parameter(line, part)?.values.every((v) => v === value) === true;
    const isLine = this.scalings.has(line) && all('gamma', 1) && all('beta', 3);
    if (!isLine || ![id, line].every((read) => this.isAlone(read, this.names.get(read) as string))) return undefined;
    this.replace({ id, op: 'hardSigmoid', inputs: this.node(line).inputs, alpha: 1 / 6, beta: 0.5 });
    this.nodes = this.nodes.filter((node) => node.id !== line);
    for (const part of ['gamma', 'beta', 'mean', 'variance']) this.parameters.delete(parameterName(line, part));
    this.scalings.delete(line);
    this.names.set(id, this.reading.gives);
    return this.value(id);
  }

  /**
   * The product of `x` and a gate called `name` in the file. The sigmoid of `x` itself, read once, becomes SiLU, and its
   * hard sigmoid becomes hard-swish.
   */
  product(wanted: string, x: Value, gate: Value, name: string): Value {
    const node = this.node(gate.id);
    const isHard = node.op === 'hardSigmoid' && node.beta === 0.5 && Math.abs(6 * node.alpha - 1) < 1e-5;
    if ((node.op !== 'sigmoid' && !isHard) || node.inputs[0] !== x.id || !this.isAlone(gate.id, name))
      return this.add('mul', wanted, [x, gate], {});
    this.replace({ id: gate.id, op: isHard ? 'hardSwish' : 'silu', inputs: [x.id] });
    if (this.isSigned(x.id)) this.negative.add(gate.id);
    this.names.set(gate.id, this.reading.gives);
    return gate;
  }

  /** Adds a softmax whose logarithm the file takes: allowed only at the end, where it is removed (classifier.ts). */
  logSoftmax(name: string, x: Pick<Value, 'id'>): Value {
    const value = this.add('softmax', name, [x], {});
    this.logSoftmaxes.add(value.id);
    return value;
  }

  /**
   * Puts a bias into the layer that outputs `name`; false if that is no layer, has a bias already, or has another reader.
   */
  addBias({ id }: Pick<Value, 'id'>, name: string, values: Float32Array): boolean {
    const layer = this.node(id);
    if (!this.isAlone(id, name) || !isLayer(layer) || layer.bias || this.value(id).shape.at(-1) !== values.length)
      return false;
    this.replace({ ...layer, bias: true });
    this.setParameter(id, 'bias', { shape: [values.length], values });
    return true;
  }

  /**
   * Merges `gamma x + beta` into the batch norm that outputs `name` and only scales and shifts (epsilon 0); false if
   * there is none, or if it has another reader.
   */
  composeScaling({ id }: Pick<Value, 'id'>, name: string, gamma: Float32Array, beta: Float32Array): boolean {
    const norm = this.node(id);
    if (norm.op !== 'batchNorm' || norm.epsilon !== 0 || !this.isAlone(id, name)) return false;
    const compose = (part: string, change: (v: number, c: number) => number) => {
      const { shape, values } = this.parameter(id, part) as Parameter;
      this.parameters.set(parameterName(id, part), { shape, values: values.map(change) });
    };
    compose('gamma', (v, c) => v * gamma[c]);
    compose('beta', (v, c) => v * gamma[c] + beta[c]);
    if (!this.keepsSigns(norm)) this.negative.add(id);
    this.names.set(id, this.reading.gives);
    return true;
  }

  /** Clips the ReLU that outputs `name` at 6; false if there is none, or if it has another reader. */
  endAtSix({ id }: Pick<Value, 'id'>, name: string): boolean {
    const node = this.node(id);
    if (node.op !== 'relu' || !this.isAlone(id, name)) return false;
    this.replace({ ...node, op: 'relu6' });
    this.names.set(id, this.reading.gives);
    return true;
  }

  /** Renames an output from `name`: the file uses the new name from now on. */
  rename({ id }: Pick<Value, 'id'>, name: string): void {
    if (this.isAlone(id, name)) this.names.set(id, this.reading.gives);
  }

  /** True if a node can give negative numbers. Batch norms with positive factors and no offset keep signs. */
  isSigned(id: string): boolean {
    return this.negative.has(id);
  }

  /** The node with an id. */
  node(id: string): NetworkNode {
    return this.nodes.find((node) => node.id === id) as NetworkNode;
  }

  /** The output of a node, by its id. */
  value(id: string): Value {
    return this.values.get(id) as Value;
  }

  /** A parameter of a node, if present. */
  parameter(id: string, part: string): Parameter | undefined {
    return this.parameters.get(parameterName(id, part));
  }

  /** Replaces the node with the same id. */
  replace(node: NetworkNode): void {
    this.nodes = this.nodes.map((old) => (old.id === node.id ? node : old));
  }

  /**
   * The built network, checked.
   * @throws ImportError
   */
  network(name: string): Network {
    const network = { name, nodes: this.nodes, parameters: this.parameters };
    try {
      checkNetwork(network);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new ImportError({
        what: error.message,
        where: this.file,
        why: 'A network like this cannot be run.',
        next: 'Look at this in the program that made the file, and save or export the network again.',
      });
    }
    return network;
  }

  /** True if the current part is the only reader of a node's output, called `name` in the file. */
  private isAlone(id: string, name: string): boolean {
    const given = this.names.get(id);
    return given === this.reading.gives || (given === name && this.readersOf(name) === 1);
  }

  private setParameter(id: string, part: string, parameter: Parameter): void {
    this.parameterCount += parameter.values.length;
    const { parameters: most } = IMPORT_LIMITS;
    if (this.parameterCount > most) tooManyWeights(this.reading.where, this.parameterCount, true);
    this.parameters.set(parameterName(id, part), parameter);
  }

  private shapeOf(node: NetworkNode): ActivationShape {
    const inputs = node.inputs.map((input) => this.value(input).shape);
    let shape: ActivationShape;
    try {
      shape = outputShape(node, inputs);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return refuse(
        error.message,
        'Look at it in the program that made the file, and save or export the network again.',
      );
    }
    if (shape.reduce((product, d) => product * d, 1) > MAX_ACTIVATION)
      this.tooLarge(`The node gives [${shape.join(', ')}] numbers`, `${MAX_ACTIVATION} numbers of an image at a time`);
    return shape;
  }

  private tooLarge(what: string, limit: string): never {
    tooLarge(this.reading.where, `${what}.`, limit);
  }

  private keepsSigns({ id, op }: NetworkNode): boolean {
    const all = (part: string, holds: (v: number) => boolean) => this.parameter(id, part)?.values.every(holds) === true;
    return (
      op === 'batchNorm' && all('gamma', (v) => v > 0) && ['beta', 'mean'].every((part) => all(part, (v) => v === 0))
    );
  }

  /** A new id, distinct from all nodes and harmless in JavaScript. */
  private uniqueId(wanted: string): string {
    const clean = wanted.replace(/\p{C}/gu, '').slice(0, 100) || 'node';
    const name = clean in {} ? `node ${clean}` : clean;
    let id = name;
    for (let i = 2; this.values.has(id); i++) id = `${name}_${i}`;
    return id;
  }
}

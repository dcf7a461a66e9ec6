// Builds a `Network` node by node from what a file says: shapes as it goes, names made unique, and at the end what no
// network here needs is taken away (a last softmax, branches that lead nowhere, scaling that the first layer can do).
import {
  type ActivationShape,
  isLayer,
  type Network,
  type NetworkNode,
  type Padding,
  type Parameter,
  parameterName,
} from '../../graph/network';
import { checkNetwork, NetworkError, outputShape } from '../../graph/shapes';
import { IMPORT_LIMITS, ImportError } from './importer';

/** Why something cannot run on the page although the file is in order: becomes a line of `Inspection.unsupported`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The output of a node that was added. */
export interface Value {
  readonly id: string;
  readonly shape: ActivationShape;
}

type NodeOf<O, N extends NetworkNode = NetworkNode> = N extends NetworkNode ? (O extends N['op'] ? N : never) : never;
type Attributes<O extends NetworkNode['op']> = Omit<NodeOf<O>, 'id' | 'op' | 'inputs'>;

/** TensorFlow's padding: `same` gives ceil(size / stride) places, the odd row or column at the bottom or right. */
export function tensorflowPadding(
  kind: 'same' | 'valid',
  shape: ActivationShape,
  size: readonly [number, number],
  strides: readonly [number, number],
): Padding {
  if (kind === 'valid' || shape.length !== 3) return [0, 0, 0, 0];
  const around = (axis: 0 | 1) => {
    const total = Math.max(0, (Math.ceil(shape[axis] / strides[axis]) - 1) * strides[axis] + size[axis] - shape[axis]);
    return [total >> 1, total - (total >> 1)] as const;
  };
  return [...around(0), ...around(1)];
}

export class Assembler {
  /** What was changed or left out, as sentences. */
  readonly notes: string[] = [];
  private nodes: NetworkNode[] = [];
  private readonly values = new Map<string, Value>();
  private readonly parameters = new Map<string, Parameter>();
  private readonly scalings = new Set<string>();

  /**
   * Adds a node; its name gets a number when it is taken.
   * @throws Refusal when it does not fit what it reads.
   */
  add<O extends NetworkNode['op']>(
    op: O,
    name: string,
    inputs: readonly Value[],
    attributes: Attributes<O>,
    parameters: Readonly<Record<string, Parameter>> = {},
  ): Value {
    let id = name;
    for (let copy = 1; this.values.has(id); copy++) id = `${name}_${copy}`;
    const node = { op, id, inputs: inputs.map((input) => input.id), ...attributes } as unknown as NetworkNode;
    const value = { id, shape: shapeOf(node, inputs) };
    this.nodes.push(node);
    this.values.set(id, value);
    for (const [part, parameter] of Object.entries(parameters)) this.parameters.set(parameterName(id, part), parameter);
    return value;
  }

  /** `scale x + offset` a channel, exact in real numbers; each of length 1 or channels. */
  scaling(name: string, x: Value, scale: readonly number[], offset: readonly number[]): Value {
    const channels = x.shape[x.shape.length - 1] as number;
    for (const values of [scale, offset])
      if (values.length !== 1 && values.length !== channels)
        throw new Refusal(`It has ${values.length} factors for ${channels} channels. Give it one, or one a channel.`);
    const fill = (values: readonly number[]) => ({
      shape: [channels],
      values: Float32Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c]),
    });
    const value = this.add(
      'batchNorm',
      name,
      [x],
      { epsilon: 0 },
      {
        gamma: fill(scale),
        beta: fill(offset),
        mean: fill([0]),
        variance: fill([1]),
      },
    );
    this.scalings.add(value.id);
    return value;
  }

  /** Puts a bias into the layer that gives a value; undefined when it is no layer or has one. */
  withBias(x: Value, bias: Parameter): Value | undefined {
    const layer = this.source(x);
    if (!isLayer(layer) || layer.bias || bias.values.length !== x.shape.at(-1)) return undefined;
    this.nodes = this.nodes.map((node) => (node === layer ? { ...layer, bias: true } : node));
    this.parameters.set(parameterName(x.id, 'bias'), bias);
    return x;
  }

  /** The node that gives a value, to look at how it was made. */
  source({ id }: Pick<Value, 'id'>): NetworkNode {
    return this.nodes.find((node) => node.id === id) as NetworkNode;
  }

  /** The output of a node, by its id. */
  value(id: string): Value {
    return this.values.get(id) as Value;
  }

  /**
   * The checked network that ends in `output`.
   * @throws Refusal when it is no classifier, ImportError when it is too large or its weights do not fit.
   */
  finish(name: string, output: Value, where: string): Network {
    const id = this.withoutLastSoftmax(output.id);
    this.prune(id);
    for (const scaling of this.scalings) this.foldScaling(scaling);
    const { nodes } = this;
    const shape = this.value(id).shape;
    if (shape.length !== 1)
      throw new Refusal(
        `The output is an image [${shape.join(', ')}], not one number a class. End it in a pooling, Flatten or Dense.`,
      );
    const layers = nodes.filter(isLayer).length;
    if (layers === 0)
      throw new Refusal(
        'The network has no layer with weights to quantize. Choose one with a convolution or a dense layer.',
      );
    if (layers > IMPORT_LIMITS.layers)
      throw new ImportError({
        what: `The network has ${layers} layers with weights.`,
        where,
        why: `More than ${IMPORT_LIMITS.layers} do not fit this page.`,
        next: 'Choose a smaller network.',
      });
    const network = { name, nodes, parameters: this.parameters };
    try {
      checkNetwork(network);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new ImportError({
        what: error.message,
        where,
        why: 'A network like this cannot be run.',
        next: 'Look at this in the program that made the file, and save the model again.',
      });
    }
    return network;
  }

  /** The output without softmaxes at its end; what flattens probabilities flattens logits alike. */
  private withoutLastSoftmax(output: string): string {
    const behind: string[] = [];
    for (let node = this.source({ id: output }); ; node = this.source({ id: node.inputs[0] })) {
      if (node.op === 'softmax' && this.isOneList(node.id)) {
        this.notes.push(
          `The softmax "${node.id}" at the end was left out: it changes no decision, and losses here take logits.`,
        );
        const [before] = node.inputs;
        const after = behind.at(-1);
        if (after === undefined) return this.withoutLastSoftmax(before);
        this.nodes = this.nodes.map((other) => (other.id === after ? { ...other, inputs: [before] } : other));
        return this.withoutLastSoftmax(output);
      }
      if (node.op !== 'flatten') return output;
      behind.push(node.id);
    }
  }

  /** True for one number a class, also as an image of one pixel. */
  private isOneList(id: string): boolean {
    const { shape } = this.value(id);
    return shape.slice(0, -1).every((d) => d === 1);
  }

  /** Takes away what `output` does not need, and puts it last. */
  private prune(output: string): void {
    const needed = new Set([output]);
    for (const node of [...this.nodes].reverse()) if (needed.has(node.id)) for (const id of node.inputs) needed.add(id);
    const gone = this.nodes.filter(({ id, op }) => !needed.has(id) && op !== 'input');
    const layers = gone.filter(isLayer).map(({ id }) => `"${id}"`);
    if (layers.length > 0) this.notes.push(`Layers that the output does not need were left out: ${layers.join(', ')}.`);
    for (const { id } of gone)
      for (const part of ['kernel', 'bias', 'gamma', 'beta', 'mean', 'variance'])
        this.parameters.delete(parameterName(id, part));
    this.nodes = this.nodes.filter((node) => !gone.includes(node));
  }

  /** Moves a scaling into the one layer that reads it, unless zeros around its input would be scaled too. */
  private foldScaling(id: string): void {
    const index = this.nodes.findIndex((node) => node.id === id);
    if (index < 0) return;
    const readers = this.nodes.filter(({ inputs }) => inputs.includes(id));
    const [reader] = readers;
    const [scale, offset] = ['gamma', 'beta'].map((part) => this.parameters.get(parameterName(id, part))?.values);
    const shifts = offset?.some((v) => v !== 0);
    const exact =
      readers.length === 1 &&
      (reader.op === 'dense' || (reader.op === 'conv2d' && !(shifts && reader.padding.some((p) => p > 0))));
    if (!exact || scale === undefined || offset === undefined) {
      this.notes.push(`"${id}" scales its input, and runs as a batch norm with fixed numbers.`);
      return;
    }
    const kernel = this.parameters.get(parameterName(reader.id, 'kernel')) as Parameter;
    const [inputs, outputs] = kernel.shape.slice(-2);
    if (scale.length !== inputs) return; // checkNetwork will say so
    const bias = Float64Array.from(
      this.parameters.get(parameterName(reader.id, 'bias'))?.values ?? new Array(outputs).fill(0),
    );
    const values = kernel.values.map((w, i) => {
      const input = Math.floor(i / outputs) % inputs;
      bias[i % outputs] += w * offset[input];
      return w * scale[input];
    });
    this.parameters.set(parameterName(reader.id, 'kernel'), { shape: kernel.shape, values });
    if (shifts || reader.bias)
      this.parameters.set(parameterName(reader.id, 'bias'), { shape: [outputs], values: Float32Array.from(bias) });
    for (const part of ['gamma', 'beta', 'mean', 'variance']) this.parameters.delete(parameterName(id, part));
    const [input] = this.nodes[index].inputs;
    this.nodes = this.nodes
      .filter((node) => node.id !== id)
      .map(
        (node): NetworkNode =>
          node === reader ? { ...reader, bias: reader.bias || Boolean(shifts), inputs: [input] } : node,
      );
    this.notes.push(`The scaling "${id}" of its input was moved into the weights of "${reader.id}".`);
  }
}

function shapeOf(node: NetworkNode, inputs: readonly Value[]): ActivationShape {
  try {
    return outputShape(
      node,
      inputs.map(({ shape }) => shape),
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new Refusal(error.message);
  }
}

// The context of reading an ONNX operation: each value of the graph, as a constant or as the output of one of our nodes.
import type { NetworkNode, Parameter } from '../../../graph/network';
import { type Attributes, GraphBuilder } from '../graphBuilder';
import { LayerRoundings } from '../layerRounding';
import { refuse } from '../refusal';
import { contradicts, notFinite } from './errors';
import type { GraphValue, Traits } from './graphValue';
import type { OnnxNode } from './model';
import { CHECK, EXPORT_FLOAT, EXPORT_HERE, EXPORT_WITHOUT, SIMPLIFY, WITH_RELU } from './nextSteps';
import type { Tensor } from './tensor';

export type Value = { readonly constant: Tensor } | { readonly activation: GraphValue } | 'unknown';

/** Thrown for a node whose input an unsupported node should have given; not reported separately. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

export class OnnxContext {
  readonly net: GraphBuilder;
  readonly values = new Map<string, Value>();
  /** Name of a constant's stored tensor, for the names of layers. */
  readonly origins = new Map<string, string>();
  /** The file's statements about the rounding of layers. */
  readonly roundings = new LayerRoundings();

  constructor(
    readonly file: string,
    readonly opset: number,
    readonly traitsOf: (op: string) => Traits,
    /** Readers of each ONNX value; the graph's output counts as one. */
    readonly readers: ReadonlyMap<string, readonly string[]>,
    /** True for the page's own files, whose scales are moved back to their origins. */
    readonly own = false,
  ) {
    this.net = new GraphBuilder(file, (name) => readers.get(name)?.length ?? 0);
  }

  /** The place of a node, for messages. */
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
    if (value === undefined) refuse(`It has no input ${index}.`, CHECK);
    if (value === 'unknown' || !('activation' in value))
      refuse('It works on a constant where an activation is expected.', SIMPLIFY);
    const { activation } = value;
    const { readsCodes, readsCondition, takesFactor, cuts, movesGroups } = this.traitsOf(node.op);
    if (activation.isCondition && !readsCondition) refuse('It reads a comparison.', EXPORT_WITHOUT);
    if (activation.axes?.includes('g') && !movesGroups)
      refuse(`It reads channels split into groups, [${activation.dims.join(', ')}].`, EXPORT_WITHOUT);
    if (activation.codes !== undefined && !readsCodes) refuse('It computes on quantized codes.', EXPORT_FLOAT);
    if (activation.factor !== undefined && !takesFactor) refuse('It reads scaled numbers.', EXPORT_HERE);
    if (activation.atMost !== undefined && !cuts)
      refuse(
        `It reads numbers that end at ${activation.atMost} and do not begin at 0; the page knows ReLU6 (0 to 6).`,
        WITH_RELU,
      );
    return activation;
  }

  /** The image that a node reads, in ONNX's usual order [n, c, h, w]. */
  image(node: OnnxNode, index = 0): GraphValue & { readonly axes: string } {
    const activation = this.activation(node, index);
    if (activation.axes !== 'nchw')
      refuse(
        `It reads [${activation.dims.join(', ')}], which is no image of [batch, channels, height, width].`,
        EXPORT_WITHOUT,
      );
    return activation as GraphValue & { readonly axes: string };
  }

  /** True if the input is present and constant. */
  isConstant(node: OnnxNode, index: number): boolean {
    const value = this.value(node, index);
    return value !== undefined && value !== 'unknown' && 'constant' in value;
  }

  /** A constant input of a node, or undefined if omitted. */
  constant(node: OnnxNode, index: number): Tensor | undefined {
    const value = this.value(node, index);
    if (value === undefined) return undefined;
    if (value === 'unknown' || !('constant' in value))
      refuse(`Its input ${index} is computed from the image; it must be stored in the file.`, EXPORT_WITHOUT);
    return value.constant;
  }

  /** Weights that a node reads: they must be present and finite. */
  weights(node: OnnxNode, index: number): Tensor {
    const tensor = this.constant(node, index) ?? refuse(`It has no input ${index}.`, CHECK);
    const bad = tensor.values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      const [name, value] = [node.inputs[index], tensor.values[bad]];
      const origin = this.origins.get(name);
      const computed = origin !== undefined && origin !== name;
      notFinite(computed ? this.where(node) : `${this.file}, tensor "${name}"`, name, value, bad, computed);
    }
    return tensor;
  }

  /** Adds one of our nodes for `node`, and returns its output in ONNX layout. */
  add<O extends NetworkNode['op']>(
    node: OnnxNode,
    op: O,
    inputs: readonly GraphValue[],
    attributes: Attributes<O>,
    { dims, axes, order }: Pick<GraphValue, 'dims' | 'axes' | 'order'>,
    parameters: Readonly<Record<string, Parameter>> = {},
    name = scopeName(node, true),
  ): GraphValue {
    const { id } = this.net.add(op, name, inputs, attributes, parameters);
    return { id, dims, ...(axes !== undefined && { axes }), ...(order !== undefined && { order }) };
  }
}

/** The name of an ONNX node as PyTorch's module path: `/layer1/layer1.0/conv1/Conv` is `layer1.0.conv1`. */
export function scopeName(node: OnnxNode, keepOp: boolean): string {
  const steps = node.name.split('/').filter((step) => step !== '');
  const path = steps.filter((step, i) => i === steps.length - 1 || !steps[i + 1].startsWith(`${step}.`));
  if (!keepOp && path.length > 1 && (path.at(-1) as string).startsWith(node.op)) path.pop();
  return path.join('.');
}

// Layers: Conv, Gemm and MatMul.
import type { Parameter } from '../../../graph/network';
import { refuse } from '../refusal';
import { type OnnxContext, scopeName } from './context';
import { contradicts } from './errors';
import { type GraphValue, scaledAs } from './graphValue';
import type { OnnxNode } from './model';
import { EXPORT_HERE, EXPORT_WITHOUT } from './nextSteps';
import { floatAttribute, integerAttribute } from './node';
import type { Operators } from './operator';
import { windowOf } from './pooling';
import { sizeOf, type Tensor } from './tensor';

/**
 * Name of a layer: its weights' name without `.weight` (our exports: `.kernel.codes`), or the node's if an exporter
 * renamed the weights.
 */
export function layerName(context: OnnxContext, node: OnnxNode, weights: number): string {
  const origin = context.origins.get(node.inputs[weights]) ?? '';
  return /^([^:]+)\.(weight|kernel|gamma)(\.codes)?$/.exec(origin)?.[1] ?? scopeName(node, false);
}

export const parameter = (values: Float32Array, shape: readonly number[] = [values.length]): Parameter => ({
  shape,
  values,
});

/** Numbers for the channels of `x` in our order; undefined unless the constant has one per channel, or one for all. */
export function perChannel({ dims, axes, order }: GraphValue, constant: Tensor): Float32Array | undefined {
  const wide = dims.findIndex((d, i) => i > 0 && d !== 1);
  const axis = axes === undefined ? (wide < 0 ? 1 : wide) : axes.indexOf('c');
  const channels = dims[axis];
  const offset = dims.length - constant.dims.length;
  if (offset < 0 || constant.dims.some((d, i) => d !== 1 && (i + offset !== axis || d !== channels))) return undefined;
  const { values } = constant;
  return Float32Array.from({ length: channels }, (_, i) => values[values.length === 1 ? 0 : (order?.[i] ?? i)]);
}

/** A list with one number per channel, as an optional input. */
export function vector(context: OnnxContext, node: OnnxNode, index: number, length: number): Float32Array | undefined {
  if (context.constant(node, index) === undefined) return undefined;
  const { values } = context.weights(node, index);
  if (values.length !== length)
    contradicts(context.where(node), `The node "${node.name}" has ${values.length} numbers for ${length} channels.`);
  return Float32Array.from(values);
}

/** Codes of a kernel reordered to our layout, if scales differ only along the axis `channels`. */
const reordered = ({ coded }: Tensor, channels: number, order: (values: Float32Array) => Float32Array) =>
  coded && (coded.scales.length === 1 || coded.axis === channels) ? { ...coded, codes: order(coded.codes) } : undefined;

/** Numbers of a kernel [out, in, h, w] in our layout, [h, w, in, out]. */
function hwio([out, inside, h, w]: readonly number[], values: ArrayLike<number>): Float32Array {
  const result = new Float32Array(values.length);
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inside; i++)
      for (let place = 0; place < h * w; place++)
        result[(place * inside + i) * out + o] = values[(o * inside + i) * h * w + place];
  return result;
}

function conv(context: OnnxContext, node: OnnxNode): GraphValue {
  const kernel = context.weights(node, 1);
  if (kernel.dims.length !== 4)
    refuse(`It is a ${kernel.dims.length - 2}-D convolution; the page runs 2-D ones.`, 'Choose a network for images.');
  const x = context.activation(node);
  if (x.axes === undefined) return pointwise(context, node, x, kernel);
  const { dims } = context.image(node);
  const [filters, perGroup, ...size] = kernel.dims;
  const group = integerAttribute(node, 'group', 1);
  const depthwise = group > 1 && group === dims[1] && perGroup === 1 && filters === group;
  if (perGroup * group !== dims[1])
    contradicts(
      context.where(node),
      `The convolution "${node.name}" has weights for ${perGroup * group} channels but reads ${dims[1]}.`,
    );
  if (!(group >= 1 && filters % group === 0))
    contradicts(context.where(node), `The convolution "${node.name}" has ${filters} filters in ${group} groups.`);
  const { window, height, width } = windowOf(node, dims, [size[0], size[1]]);
  const bias = vector(context, node, 2, filters);
  if (bias && x.factor !== undefined) refuse('It adds a bias to scaled numbers.', EXPORT_HERE);
  const shape = depthwise ? [...size, filters, 1] : [...size, perGroup, filters];
  const result = context.add(
    node,
    depthwise ? 'depthwiseConv2d' : 'conv2d',
    [x],
    { ...window, ...(!depthwise && { filters, ...(group > 1 && { groups: group }) }), bias: bias !== undefined },
    { dims: [dims[0], filters, height, width], axes: 'nchw' },
    // A depthwise kernel [c, 1, h, w] becomes [h, w, 1, c], which in memory is [h, w, c, 1].
    {
      kernel: parameter(hwio(kernel.dims, kernel.values), shape),
      ...(bias !== undefined && { bias: parameter(bias) }),
    },
    layerName(context, node, 1),
  );
  context.roundings.layer(
    result.id,
    x,
    reordered(kernel, 0, (values) => hwio(kernel.dims, values)),
    kernel.codeBits,
  );
  return scaledAs(result, x);
}

/** A 1 x 1 convolution of averages [n, c, 1, 1] is a dense layer. */
function pointwise(context: OnnxContext, node: OnnxNode, x: GraphValue, kernel: Tensor): GraphValue {
  const [units, inside, h, w] = kernel.dims;
  if (x.dims.length !== 4 || h * w !== 1 || integerAttribute(node, 'group', 1) !== 1)
    refuse(
      `It is a ${h}x${w} convolution of features [${x.dims.join(', ')}].`,
      'Put it before the image is flattened, and export the network again.',
    );
  if (windowOf(node, x.dims, [1, 1]).window.padding.some((pad) => pad !== 0))
    refuse('It pads features.', 'Set its padding to 0, and export the network again.');
  return dense(context, node, x, {
    rows: inside,
    units,
    unitsAxis: 0,
    at: (row, unit) => unit * inside + row,
    kernel,
    bias: vector(context, node, 2, units),
    dims: [x.dims[0], units, 1, 1],
  });
}

interface Matrix {
  readonly rows: number;
  readonly units: number;
  /** The axis of `kernel` with the units. */
  readonly unitsAxis: number;
  /** Index of a number of `kernel`. */
  readonly at: (row: number, unit: number) => number;
  readonly kernel: Tensor;
  readonly alpha?: number;
  readonly bias: Float32Array | undefined;
  readonly dims: readonly number[];
}

function dense(
  context: OnnxContext,
  node: OnnxNode,
  x: GraphValue,
  { rows, units, unitsAxis, at, kernel, alpha = 1, bias, dims }: Matrix,
): GraphValue {
  if (x.axes !== undefined)
    refuse(
      `It multiplies an image [${x.dims.join(', ')}] by a matrix.`,
      'Flatten the image before it, and export the network again.',
    );
  if (sizeOf(x.dims.slice(1)) !== rows)
    contradicts(
      context.where(node),
      `The layer "${node.name}" has weights for ${rows} inputs but reads [${x.dims.join(', ')}].`,
    );
  if (bias && x.factor !== undefined) refuse('It adds a bias to scaled numbers.', EXPORT_HERE);
  const ours = (values: ArrayLike<number>, times = 1) =>
    Float32Array.from(
      { length: rows * units },
      (_, i) => times * values[at(x.order?.[Math.floor(i / units)] ?? Math.floor(i / units), i % units)],
    );
  if (x.order !== undefined)
    context.net.notes.add(
      'The rows of the dense layer after the flattened image were put in the order rows, columns, channels.',
    );
  const result = context.add(
    node,
    'dense',
    [x],
    { units, bias: bias !== undefined },
    { dims },
    {
      kernel: parameter(ours(kernel.values, alpha), [rows, units]),
      ...(bias !== undefined && { bias: parameter(bias) }),
    },
    layerName(context, node, 1),
  );
  context.roundings.layer(result.id, x, alpha === 1 ? reordered(kernel, unitsAxis, ours) : undefined, kernel.codeBits);
  return scaledAs(result, x);
}

function gemm(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const kernel = context.weights(node, 1);
  const { dims } = kernel;
  if (integerAttribute(node, 'transA', 0) !== 0) refuse('It transposes its activations.', 'Export it with transA = 0.');
  if (dims.length !== 2 || x.dims.length !== 2)
    refuse('It is no product of a batch of features and a matrix.', EXPORT_WITHOUT);
  const transposed = integerAttribute(node, 'transB', 0) !== 0;
  const [rows, units] = transposed ? [dims[1], dims[0]] : dims;
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const added = context.constant(node, 2) === undefined ? undefined : context.weights(node, 2);
  const bias = added && perChannel({ id: '', dims: [x.dims[0], units] }, added);
  if (added !== undefined && bias === undefined)
    refuse(
      `Its bias [${added.dims.join(', ')}] is not one number a unit.`,
      'Give it one number a unit, and export the network again.',
    );
  return dense(context, node, x, {
    rows,
    units,
    unitsAxis: transposed ? 0 : 1,
    at: (row, unit) => (transposed ? unit * rows + row : row * units + unit),
    kernel,
    alpha,
    bias: bias?.map((b) => beta * b),
    dims: [x.dims[0], units],
  });
}

function matMul(context: OnnxContext, node: OnnxNode): GraphValue {
  const x = context.activation(node);
  const kernel = context.weights(node, 1);
  const { dims } = kernel;
  if (dims.length !== 2 || x.dims.length !== 2)
    refuse('It is no product of a batch of features and a matrix.', EXPORT_WITHOUT);
  const [rows, units] = dims;
  return dense(context, node, x, {
    rows,
    units,
    unitsAxis: 1,
    at: (row, unit) => row * units + unit,
    kernel,
    bias: undefined,
    dims: [x.dims[0], units],
  });
}

export const LAYERS: Operators = {
  Conv: { convert: conv, takesFactor: true },
  Gemm: { convert: gemm, takesFactor: true },
  MatMul: { convert: matMul },
};

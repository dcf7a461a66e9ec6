// Nodes with weights: Conv, Gemm, MatMul, BatchNormalization, and constants that are added to or multiplied with channels.
import type { Parameter } from '../../../graph/network';
import { type Activation, type Conversion, scopeName } from './conversion';
import { damaged } from './errors';
import type { OnnxNode } from './model';
import { floatAttribute, integerAttribute, refuse } from './node';
import { sizeOf, type Tensor } from './tensor';
import { windowOf } from './windows';

/** Name of a layer: its weights' without `.weight` (our exports: `.kernel.codes`), or where an exporter renamed those, the node's. */
export function layerName(conversion: Conversion, node: OnnxNode, weights: number): string {
  const origin = conversion.origins.get(node.inputs[weights]) ?? '';
  return /^([^:]+)\.(weight|kernel|gamma)(\.codes)?$/.exec(origin)?.[1] ?? scopeName(node, false);
}

const parameter = (values: Float32Array, shape: readonly number[] = [values.length]): Parameter => ({ shape, values });

/** Numbers for the channels of `x` in our order; undefined unless the constant has one for each channel, or one for all. */
function perChannel({ dims, axes, order }: Activation, constant: Tensor): Float32Array | undefined {
  const wide = dims.findIndex((d, i) => i > 0 && d !== 1);
  const axis = axes === undefined ? (wide < 0 ? 1 : wide) : axes.indexOf('c');
  const channels = dims[axis];
  const offset = dims.length - constant.dims.length;
  if (offset < 0 || constant.dims.some((d, i) => d !== 1 && (i + offset !== axis || d !== channels))) return undefined;
  const { values } = constant;
  return Float32Array.from({ length: channels }, (_, i) => values[values.length === 1 ? 0 : (order?.[i] ?? i)]);
}

/** A list of numbers for each channel, as an optional input. */
function vector(conversion: Conversion, node: OnnxNode, index: number, length: number): Float32Array | undefined {
  if (conversion.constant(node, index) === undefined) return undefined;
  const { values } = conversion.weights(node, index);
  if (values.length !== length)
    damaged(conversion.where(node), `The node "${node.name}" has ${values.length} numbers for ${length} channels.`);
  return Float32Array.from(values);
}

/** Kernel [out, in, h, w] as ours, [h, w, in, out]. */
function hwio({ dims: [out, inside, h, w], values }: Tensor): Float32Array {
  const result = new Float32Array(values.length);
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inside; i++)
      for (let place = 0; place < h * w; place++)
        result[(place * inside + i) * out + o] = values[(o * inside + i) * h * w + place];
  return result;
}

export function conv(conversion: Conversion, node: OnnxNode): Activation {
  const kernel = conversion.weights(node, 1);
  if (kernel.dims.length !== 4) refuse(`It is a ${kernel.dims.length - 2}-D convolution; the page runs 2-D ones.`);
  const x = conversion.activation(node);
  if (x.axes === undefined) return pointwise(conversion, node, x, kernel);
  const { dims } = conversion.image(node);
  const [filters, perGroup, ...size] = kernel.dims;
  const group = integerAttribute(node, 'group', 1);
  const depthwise = group > 1;
  if (group !== 1 && !(group === dims[1] && perGroup === 1 && filters === group))
    refuse(`It has ${group} groups of its ${dims[1]} channels; the page runs 1 group, or one filter a channel.`);
  if (perGroup * group !== dims[1])
    damaged(
      conversion.where(node),
      `The convolution "${node.name}" has weights for ${perGroup * group} channels but reads ${dims[1]}.`,
    );
  const { window, height, width } = windowOf(node, dims, [size[0], size[1]]);
  const bias = vector(conversion, node, 2, filters);
  const shape = depthwise ? [...size, filters, 1] : [...size, perGroup, filters];
  return conversion.add(
    node,
    layerName(conversion, node, 1),
    depthwise
      ? { op: 'depthwiseConv2d', inputs: [x.id], ...window, bias: bias !== undefined }
      : { op: 'conv2d', inputs: [x.id], ...window, filters, bias: bias !== undefined },
    { dims: [dims[0], filters, height, width], axes: 'nchw' },
    // A depthwise kernel [c, 1, h, w] becomes [h, w, 1, c], which in memory is [h, w, c, 1].
    { kernel: parameter(hwio(kernel), shape), ...(bias !== undefined && { bias: parameter(bias) }) },
  );
}

/** A 1 x 1 convolution of averages [n, c, 1, 1] is a dense layer. */
function pointwise(conversion: Conversion, node: OnnxNode, x: Activation, kernel: Tensor): Activation {
  const [units, inside, h, w] = kernel.dims;
  if (x.dims.length !== 4 || h * w !== 1 || integerAttribute(node, 'group', 1) !== 1)
    refuse(`It is a ${h}x${w} convolution of features [${x.dims.join(', ')}].`);
  if (windowOf(node, x.dims, [1, 1]).window.padding.some((pad) => pad !== 0)) refuse('It pads features.');
  return dense(conversion, node, x, {
    rows: inside,
    units,
    at: (row, unit) => kernel.values[unit * inside + row],
    bias: vector(conversion, node, 2, units),
    dims: [x.dims[0], units, 1, 1],
  });
}

interface Matrix {
  readonly rows: number;
  readonly units: number;
  readonly at: (row: number, unit: number) => number;
  readonly bias: Float32Array | undefined;
  readonly dims: readonly number[];
}

function dense(
  conversion: Conversion,
  node: OnnxNode,
  x: Activation,
  { rows, units, at, bias, dims }: Matrix,
): Activation {
  if (x.axes !== undefined) refuse(`It multiplies an image [${x.dims.join(', ')}] by a matrix.`);
  if (sizeOf(x.dims.slice(1)) !== rows)
    damaged(
      conversion.where(node),
      `The layer "${node.name}" has weights for ${rows} inputs but reads [${x.dims.join(', ')}].`,
    );
  const kernel = new Float32Array(rows * units);
  for (let row = 0; row < rows; row++)
    for (let unit = 0; unit < units; unit++) kernel[row * units + unit] = at(x.order?.[row] ?? row, unit);
  if (x.order !== undefined)
    conversion.notes.add(
      'The rows of the dense layer after the flattened image were put in the order rows, columns, channels.',
    );
  return conversion.add(
    node,
    layerName(conversion, node, 1),
    { op: 'dense', inputs: [x.id], units, bias: bias !== undefined },
    { dims },
    { kernel: parameter(kernel, [rows, units]), ...(bias !== undefined && { bias: parameter(bias) }) },
  );
}

export function gemm(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  const { dims, values } = conversion.weights(node, 1);
  if (integerAttribute(node, 'transA', 0) !== 0) refuse('It transposes its activations.');
  if (dims.length !== 2 || x.dims.length !== 2) refuse('It is no product of a batch of features and a matrix.');
  const transposed = integerAttribute(node, 'transB', 0) !== 0;
  const [rows, units] = transposed ? [dims[1], dims[0]] : dims;
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const added = conversion.constant(node, 2) === undefined ? undefined : conversion.weights(node, 2);
  const bias = added && perChannel({ id: '', dims: [x.dims[0], units] }, added);
  if (added !== undefined && bias === undefined)
    refuse(`Its bias [${added.dims.join(', ')}] is not one number a unit.`);
  return dense(conversion, node, x, {
    rows,
    units,
    at: (row, unit) => alpha * values[transposed ? unit * rows + row : row * units + unit],
    bias: bias?.map((b) => beta * b),
    dims: [x.dims[0], units],
  });
}

export function matMul(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  const { dims, values } = conversion.weights(node, 1);
  if (dims.length !== 2 || x.dims.length !== 2) refuse('It is no product of a batch of features and a matrix.');
  const [rows, units] = dims;
  return dense(conversion, node, x, {
    rows,
    units,
    at: (row, unit) => values[row * units + unit],
    bias: undefined,
    dims: [x.dims[0], units],
  });
}

export function batchNormalization(conversion: Conversion, node: OnnxNode): Activation {
  const x = conversion.activation(node);
  if (integerAttribute(node, 'training_mode', 0) !== 0) refuse('It is in training mode. Export after model.eval().');
  if (integerAttribute(node, 'spatial', 1) !== 1) refuse('It normalizes every place on its own (spatial = 0).');
  if (x.dims.length > 2 && x.dims[1] === 1 && sizeOf(x.dims.slice(1)) > 1 && x.axes !== 'nchw')
    refuse(`It reads [${x.dims.join(', ')}], whose second axis is not its channels.`);
  if (x.axes !== undefined && x.axes !== 'nchw') refuse('Its second axis is not its channels.');
  const channels = x.dims[1];
  const parts = ['gamma', 'beta', 'mean', 'variance'].map((part, i) => {
    const values = vector(conversion, node, i + 1, channels) ?? refuse(`It has no ${part}.`);
    return [part, parameter(values.map((_, c) => values[x.order?.[c] ?? c]))] as const;
  });
  return conversion.add(
    node,
    layerName(conversion, node, 1),
    { op: 'batchNorm', inputs: [x.id], epsilon: floatAttribute(node, 'epsilon', 1e-5) },
    { dims: x.dims, ...(x.axes !== undefined && { axes: x.axes }), ...(x.order !== undefined && { order: x.order }) },
    Object.fromEntries(parts),
  );
}

/** Add, Sub, Mul and Div with one activation and a constant: a bias, or a batch norm that only scales and shifts. */
export function affine(conversion: Conversion, node: OnnxNode, constantIndex: 0 | 1): Activation {
  const index = 1 - constantIndex;
  const x = conversion.activation(node, index);
  const values = perChannel(x, conversion.weights(node, constantIndex));
  if (values === undefined) refuse('Its constant is not one number a channel.');
  const first = constantIndex === 0; // constant - x, constant / x
  if (first && node.op === 'Div') refuse('It divides by an activation.');
  const sum = node.op === 'Add' || node.op === 'Sub';
  const gamma = values.map((v) => (sum ? (first && node.op === 'Sub' ? -1 : 1) : node.op === 'Div' ? 1 / v : v));
  const beta = values.map((v) => (!sum ? 0 : node.op === 'Sub' && !first ? -v : v));
  const { id, ...rest } = x;
  const shift = sum && !(first && node.op === 'Sub');
  if (shift && conversion.addBias(node, index, id, beta)) return x;
  if (![...gamma].every(Number.isFinite)) refuse('It divides by 0.');
  if (conversion.composeScaling(node, index, id, gamma, beta)) return x;
  conversion.notes.add('A constant that is added to or multiplied with every channel became a batch norm.');
  return conversion.add(node, scopeName(node, true), { op: 'batchNorm', inputs: [id], epsilon: 0 }, rest, {
    gamma: parameter(gamma),
    beta: parameter(beta),
    mean: parameter(values.map(() => 0)),
    variance: parameter(values.map(() => 1)),
  });
}

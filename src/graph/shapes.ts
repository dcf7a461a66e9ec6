// Shape inference, and the checks that make a `Network` safe to run. Code past the boundary relies on them.
import { learnedNames } from './learned';
import {
  type ActivationShape,
  type Architecture,
  type Conv2dNode,
  type Network,
  type NetworkNode,
  type Parameter,
  type PoolNode,
  parameterName,
} from './network';
import { perArchitecture } from './perArchitecture';

/** A network that cannot be run; the message names the node and the fault. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

function fail(node: NetworkNode, problem: string): never {
  throw new NetworkError(`Node "${node.id}" (${node.op}): ${problem}`);
}

const INPUT_COUNT = { input: 0, add: -2, mul: 2, concat: -2 } as Partial<Record<NetworkNode['op'], number>>;

function spatial(node: NetworkNode, shape: ActivationShape): readonly [number, number, number] {
  if (shape.length !== 3)
    fail(node, `needs an image [h, w, c] but reads [${shape.join(', ')}]; put it before "flatten"`);
  return shape;
}

type Windowed = Omit<PoolNode, 'op' | 'id' | 'inputs'> & Pick<Conv2dNode, 'dilations'>;

function windowOutput(
  node: NetworkNode,
  [h, w]: readonly [number, number, number],
  { size, strides, padding: [top, bottom, left, right], dilations = [1, 1] }: Windowed,
): [h: number, w: number] {
  const [rows, columns] = size.map((taps, axis) => (taps - 1) * dilations[axis] + 1);
  const height = Math.floor((h + top + bottom - rows) / strides[0]) + 1;
  const width = Math.floor((w + left + right - columns) / strides[1]) + 1;
  if (!(height >= 1 && width >= 1)) fail(node, `a ${rows}x${columns} window does not fit its ${h}x${w} input`);
  return [height, width];
}

/** The image among factors, of which the others are the same or have one number per channel. */
function productShape(node: NetworkNode, inputs: readonly ActivationShape[]): ActivationShape {
  const pixels = (shape: ActivationShape) => (shape.length === 3 ? shape[0] * shape[1] : 0);
  const largest = inputs.reduce((a, b) => (pixels(b) > pixels(a) ? b : a));
  for (const shape of inputs) {
    const perChannel = pixels(shape) <= 1 && shape.at(-1) === largest.at(-1);
    if (shape.join() !== largest.join() && !perChannel)
      fail(node, `multiplies different shapes: ${inputs.map((s) => `[${s.join(', ')}]`).join(' and ')}`);
  }
  return largest;
}

/**
 * Output shape of one node, without the batch dimension, from the shapes of its inputs.
 * @throws NetworkError when the node cannot read these shapes.
 */
export function outputShape(node: NetworkNode, inputs: readonly ActivationShape[]): ActivationShape {
  const [first] = inputs;
  switch (node.op) {
    case 'input':
      return node.shape;
    case 'conv2d':
    case 'depthwiseConv2d': {
      const image = spatial(node, first);
      const [h, w] = windowOutput(node, image, node);
      if (node.op !== 'conv2d') return [h, w, image[2]];
      const { filters, groups = 1 } = node;
      if (groups > 1 && (image[2] % groups !== 0 || filters % groups !== 0))
        fail(node, `${groups} groups do not divide its ${image[2]} channels and ${filters} filters`);
      return [h, w, filters];
    }
    case 'maxPool':
    case 'avgPool': {
      const image = spatial(node, first);
      return [...windowOutput(node, image, node), image[2]];
    }
    case 'dense':
      if (first.length !== 1) fail(node, `reads [${first.join(', ')}]; put "flatten" or "globalAvgPool" before it`);
      return [node.units];
    case 'pad': {
      const [h, w, c] = spatial(node, first);
      const [top, bottom, left, right] = node.padding;
      return [h + top + bottom, w + left + right, c + node.channels[0] + node.channels[1]];
    }
    case 'subsample': {
      const [h, w, c] = spatial(node, first);
      return [Math.ceil(h / node.strides[0]), Math.ceil(w / node.strides[1]), c];
    }
    case 'channelSlice': {
      const [h, w, c] = spatial(node, first);
      if (!(node.from >= 0 && node.from < node.to && node.to <= c))
        fail(node, `takes channels ${node.from} to ${node.to - 1} of ${c}`);
      return [h, w, node.to - node.from];
    }
    case 'channelShuffle': {
      const image = spatial(node, first);
      if (image[2] % node.groups !== 0) fail(node, `${node.groups} groups do not divide its ${image[2]} channels`);
      return image;
    }
    case 'upsample': {
      const [h, w, c] = spatial(node, first);
      return [h * node.scale[0], w * node.scale[1], c];
    }
    case 'mul':
      return productShape(node, inputs);
    case 'add':
      for (const shape of inputs)
        if (shape.join() !== first.join())
          fail(node, `adds different shapes: ${inputs.map((s) => `[${s.join(', ')}]`).join(' and ')}`);
      return first;
    case 'concat': {
      const images = inputs.map((shape) => spatial(node, shape));
      const [h, w] = images[0];
      if (images.some((image) => image[0] !== h || image[1] !== w)) fail(node, 'joins images of different sizes');
      return [h, w, images.reduce((sum, image) => sum + image[2], 0)];
    }
    case 'globalAvgPool':
      return [spatial(node, first)[2]];
    case 'flatten':
      return [first.reduce((product, d) => product * d, 1)];
    case 'batchNorm':
    case 'relu':
    case 'relu6':
    case 'leakyRelu':
    case 'prelu':
    case 'elu':
    case 'gelu':
    case 'geluTanh':
    case 'silu':
    case 'hardSwish':
    case 'sigmoid':
    case 'hardSigmoid':
    case 'tanh':
    case 'sign':
    case 'softmax':
      return first;
    default:
      node satisfies never;
      throw new NetworkError(`Unknown operation "${(node as NetworkNode).op}".`);
  }
}

/**
 * Output shape of every node, without the batch dimension.
 * @throws NetworkError when nodes are out of order, repeated, or do not fit together.
 */
export const inferShapes = perArchitecture((architecture): ReadonlyMap<string, ActivationShape> => {
  const shapes = new Map<string, ActivationShape>();
  for (const [index, node] of architecture.nodes.entries()) {
    if ((index === 0) !== (node.op === 'input')) fail(node, 'the first node, and only it, must be the input');
    if (shapes.has(node.id)) fail(node, 'another node has the same id');
    const count = INPUT_COUNT[node.op] ?? 1;
    if (count < 0 ? node.inputs.length < -count : node.inputs.length !== count)
      fail(node, `takes ${count < 0 ? `${-count} or more` : count} inputs, has ${node.inputs.length}`);
    const inputs = node.inputs.map((id) => shapes.get(id) ?? fail(node, `reads "${id}", which no earlier node gives`));
    const shape = outputShape(node, inputs);
    if (!shape.every((d) => Number.isInteger(d) && d >= 1))
      fail(node, `has the impossible shape [${shape.join(', ')}]`);
    shapes.set(node.id, shape);
  }
  if (shapes.size === 0) throw new NetworkError(`${architecture.name} has no nodes.`);
  return shapes;
});

/** Names and shapes of all parameters that the architecture needs, in execution order. */
export const parameterShapes = perArchitecture((architecture): ReadonlyMap<string, readonly number[]> => {
  const shapes = inferShapes(architecture);
  const result = new Map<string, readonly number[]>();
  for (const node of architecture.nodes) {
    const input = node.inputs.length > 0 ? (shapes.get(node.inputs[0]) as ActivationShape) : [];
    const channels = input[input.length - 1] as number;
    const put = (part: string, shape: readonly number[]) => result.set(parameterName(node.id, part), shape);
    switch (node.op) {
      case 'conv2d':
        put('kernel', [...node.size, channels / (node.groups ?? 1), node.filters]);
        if (node.bias) put('bias', [node.filters]);
        break;
      case 'depthwiseConv2d':
        put('kernel', [...node.size, channels, 1]);
        if (node.bias) put('bias', [channels]);
        break;
      case 'dense':
        put('kernel', [channels, node.units]);
        if (node.bias) put('bias', [node.units]);
        break;
      case 'batchNorm':
        for (const part of ['gamma', 'beta', 'mean', 'variance']) put(part, [channels]);
        break;
      case 'prelu':
        put('alpha', [channels]);
        break;
    }
  }
  return result;
});

/** Number of trainable parameters: all but the running means and variances of batch norms. */
export function countTrainable(architecture: Architecture): number {
  let count = 0;
  for (const [name, shape] of parameterShapes(architecture))
    if (!name.endsWith('.mean') && !name.endsWith('.variance')) count += shape.reduce((product, d) => product * d, 1);
  return count;
}

/** A batch norm divides by `sqrt(variance + epsilon)`: variances must not be negative, nor 0 without an epsilon. */
function checkVariances(network: Network): void {
  for (const node of network.nodes) {
    if (node.op !== 'batchNorm') continue;
    const name = parameterName(node.id, 'variance');
    const { values } = network.parameters.get(name) as Parameter;
    const bad = values.findIndex((v) => v < 0 || v + node.epsilon <= 0);
    if (bad >= 0)
      throw new NetworkError(
        `"${name}" holds ${values[bad]} at index ${bad}; a variance is at least 0, and above 0 with its epsilon (${node.epsilon}). The network would give no numbers; use another checkpoint.`,
      );
  }
}

/**
 * Checks that every parameter is present with its shape and only finite numbers, and that no batch norm divides by zero.
 * Learned parameters (learned.ts) are optional.
 * @throws NetworkError naming the parameter at fault and its first bad index.
 */
export function checkNetwork(network: Network): void {
  const shapes = new Map(parameterShapes(network));
  for (const name of learnedNames(network, network.parameters.keys()))
    shapes.set(name, network.parameters.get(name)?.shape ?? []);
  for (const [name, shape] of shapes) {
    const parameter = network.parameters.get(name);
    if (parameter === undefined)
      throw new NetworkError(`${network.name} lacks the weights "${name}" [${shape.join(', ')}].`);
    const size = shape.reduce((product, d) => product * d, 1);
    if (parameter.shape.join() !== shape.join() || parameter.values.length !== size)
      throw new NetworkError(
        `"${name}" should be [${shape.join(', ')}] but is [${parameter.shape.join(', ')}] with ${parameter.values.length} numbers.`,
      );
    const bad = parameter.values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0)
      throw new NetworkError(
        `"${name}" holds ${parameter.values[bad]} at index ${bad}. The network would give no numbers; use another checkpoint.`,
      );
  }
  checkVariances(network);
  for (const name of network.parameters.keys())
    if (!shapes.has(name))
      throw new NetworkError(`The weights contain "${name}", but ${network.name} has no such node.`);
}

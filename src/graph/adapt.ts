// Small changes that fit an imported network to the data set in use: outputs in the order of its classes, input channels
// in the order of its colors, logits instead of their softmax. All are exact: weights move, but none changes.
import { learnedNames, parseLearnedName } from './learned';
import {
  ACTIVATIONS,
  isLayer,
  type LayerNode,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from './network';
import { inferShapes, NetworkError } from './shapes';

/** Operations that compute each output channel from the same input channel, so that a permutation passes through them. */
const CHANNELWISE: ReadonlySet<NetworkNode['op']> = new Set([
  ...ACTIVATIONS,
  'batchNorm',
  'softmax',
  'globalAvgPool',
  'avgPool',
  'maxPool',
  'subsample',
  'flatten',
]);

/** The network without a final softmax: the page computes with logits. */
export function withoutSoftmax(network: Network): Network {
  const last = network.nodes[network.nodes.length - 1];
  return last.op === 'softmax' ? { ...network, nodes: network.nodes.slice(0, -1) } : network;
}

/** Number of classes. */
export function outputCount(network: Network): number {
  const shape = inferShapes(network).get(network.nodes[network.nodes.length - 1].id) as readonly number[];
  return shape.reduce((product, d) => product * d, 1);
}

/** Removes the codes that were chosen for layers whose kernels move: they are chosen again when they are needed. */
function dropChosen(parameters: Map<string, Parameter>, layers: readonly string[]): void {
  for (const name of parameters.keys()) {
    const learned = parseLearnedName(name);
    if (learned?.chosen !== undefined && layers.includes(learned.layer)) parameters.delete(name);
  }
}

/** Permutes the last dimension: channel i of the result is channel `order[i]`. */
function permuteLast({ shape, values }: Parameter, order: readonly number[]): Parameter {
  const n = order.length;
  return { shape, values: values.map((_, i) => values[i - (i % n) + order[i % n]]) };
}

/** The nodes from the output back to the layer that computes the logits, which comes last. */
function answeringNodes(network: Network): NetworkNode[] {
  const byId = new Map(network.nodes.map((node) => [node.id, node]));
  const shapes = inferShapes(network);
  const passed: NetworkNode[] = [];
  for (let node = network.nodes[network.nodes.length - 1]; ; node = byId.get(node.inputs[0]) as NetworkNode) {
    passed.push(node);
    if (node.op === 'dense' || (node.op === 'conv2d' && (node.groups ?? 1) === 1)) return passed;
    // Flattening keeps the order of channels only if the image has one pixel.
    const [h, w = 1] = shapes.get(node.inputs[0]) as readonly number[];
    if (!CHANNELWISE.has(node.op) || (node.op === 'flatten' && h * w !== 1))
      throw new NetworkError(
        `The classes of ${network.name} cannot be put in another order: they pass through "${node.id}" (${node.op}).`,
      );
  }
}

/**
 * The network with its classes in another order: output i is the former output `order[i]`.
 * @throws NetworkError when `order` is not a permutation of the classes, or no layer computes them directly.
 */
export function permuteOutputs(network: Network, order: readonly number[]): Network {
  const count = outputCount(network);
  if (order.length !== count || new Set(order).size !== count || order.some((i) => !(i >= 0 && i < count)))
    throw new NetworkError(`The order [${order.join(', ')}] does not name each of the ${count} classes once.`);
  const parameters = new Map(network.parameters);
  for (const { id } of answeringNodes(network))
    for (const part of ['kernel', 'bias', 'gamma', 'beta', 'mean', 'variance', 'alpha']) {
      const name = parameterName(id, part);
      const parameter = parameters.get(name);
      if (parameter !== undefined) parameters.set(name, permuteLast(parameter, order));
    }
  // Learned parameters per channel (steps, scales) are permuted with their channels.
  const answering = answeringNodes(network).map(({ id }) => `${id}.kernel@`);
  for (const name of learnedNames(network, network.parameters.keys())) {
    const learned = network.parameters.get(name) as Parameter;
    const ofChannels = learned.shape.at(-1) === count && answering.some((prefix) => name.startsWith(prefix));
    if (ofChannels) parameters.set(name, permuteLast(learned, order));
  }
  dropChosen(
    parameters,
    answeringNodes(network).map(({ id }) => id),
  );
  return { ...network, parameters };
}

/**
 * The network for BGR instead of RGB images (or the reverse): swaps input channels of the layers that read the image.
 * @throws NetworkError when anything but a convolution of one group reads the image.
 */
export function swapRedAndBlue(network: Network): Network {
  const [input] = network.nodes;
  const readers = network.nodes.filter((node) => node.inputs.includes(input.id));
  const other = readers.find((node) => node.op !== 'conv2d' || (node.groups ?? 1) > 1);
  if (other !== undefined)
    throw new NetworkError(`Red and blue cannot be exchanged: "${other.id}" (${other.op}) reads the image.`);
  const parameters = new Map(network.parameters);
  for (const { id } of readers.filter(isLayer) as LayerNode[]) {
    const name = parameterName(id, 'kernel');
    const { shape, values } = parameters.get(name) as Parameter;
    const [inputs, filters] = [shape[2], shape[3]];
    const swapped = values.map((_, i) => {
      const channel = Math.floor(i / filters) % inputs;
      return values[i + (inputs - 1 - 2 * channel) * filters];
    });
    parameters.set(name, { shape, values: swapped });
  }
  dropChosen(
    parameters,
    readers.map(({ id }) => id),
  );
  return { ...network, parameters };
}

// Which batch norms can be folded into the layer before them: y = kernel * x + bias, then gamma (y - mean) r + beta, is
// one layer with kernel * m and (bias - mean) m + beta, m = gamma / sqrt(variance + epsilon).
import { learnedNames, parseLearnedName } from './learned';
import {
  type Architecture,
  type BatchNormNode,
  isLayer,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from './network';

/** Batch norms by the id of the layer that they fold into: those that alone read that layer. */
export function foldableBatchNorms(architecture: Architecture): ReadonlyMap<string, BatchNormNode> {
  const readers = new Map<string, number>();
  for (const { inputs } of architecture.nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const layers = new Set(architecture.nodes.filter(isLayer).map(({ id }) => id));
  const found = new Map<string, BatchNormNode>();
  for (const node of architecture.nodes) {
    const layer = node.inputs[0];
    if (node.op === 'batchNorm' && layers.has(layer) && readers.get(layer) === 1) found.set(layer, node);
  }
  return found;
}

/** What a batch norm does to each channel: `multiplier * x + shift`, both [c] in float32. */
export function batchNormLine(network: Network, { id, epsilon }: BatchNormNode) {
  const part = (name: string) => network.parameters.get(parameterName(id, name))?.values ?? new Float32Array();
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(part);
  const multiplier = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
  return { multiplier, shift: beta.map((b, c) => b - mean[c] * multiplier[c]) };
}

/**
 * The same function without the batch norms that can be folded: kernel * m, and (bias - mean) m + beta as the bias. What
 * is quantized afterwards are the folded weights, as on integer hardware. Batch norms that stand elsewhere stay. What was
 * learned for a kernel goes with the kernel as it was.
 * Reference: B. Jacob et al., arXiv 1712.05877.
 */
export function foldBatchNorms(network: Network): Network {
  const folded = foldableBatchNorms(network);
  if (folded.size === 0) return network;
  const parameters = new Map(network.parameters);
  for (const [layer, norm] of folded) {
    const { multiplier, shift } = batchNormLine(network, norm);
    const channels = multiplier.length;
    const kernel = network.parameters.get(parameterName(layer, 'kernel')) as Parameter;
    const bias = network.parameters.get(parameterName(layer, 'bias'))?.values;
    parameters.set(parameterName(layer, 'kernel'), {
      shape: kernel.shape,
      values: kernel.values.map((w, i) => w * multiplier[i % channels]),
    });
    parameters.set(parameterName(layer, 'bias'), {
      shape: [channels],
      values: shift.map((s, c) => s + (bias?.[c] ?? 0) * multiplier[c]),
    });
    for (const part of ['gamma', 'beta', 'mean', 'variance']) parameters.delete(parameterName(norm.id, part));
    for (const name of learnedNames(network, parameters.keys())) {
      const { layer: owner, rounds } = parseLearnedName(name) ?? {};
      if (owner === layer && rounds === 'kernel') parameters.delete(name);
    }
  }
  // Behind a batch norm that went another may stand.
  return foldBatchNorms({ ...withoutNorms(network, folded), parameters });
}

/** The structure that `foldBatchNorms` leaves; of a folded network it is the same. */
export function foldedArchitecture(architecture: Architecture): Architecture {
  const folded = foldableBatchNorms(architecture);
  return folded.size === 0 ? architecture : foldedArchitecture(withoutNorms(architecture, folded));
}

function withoutNorms(architecture: Architecture, folded: ReadonlyMap<string, BatchNormNode>): Architecture {
  const layerOf = new Map([...folded].map(([layer, { id }]) => [id, layer]));
  const nodes = architecture.nodes
    .filter(({ id }) => !layerOf.has(id))
    .map((node): NetworkNode => {
      const inputs = node.inputs.map((id) => layerOf.get(id) ?? id);
      return isLayer(node) && folded.has(node.id) ? { ...node, inputs, bias: true } : { ...node, inputs };
    });
  return { name: architecture.name, nodes };
}

// Folds batch norms into the layer before them: with m = gamma / sqrt(variance + epsilon), y = kernel * x + bias followed by
// (y - mean) m + beta is one layer with kernel * m and the bias (bias - mean) m + beta.
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
import { perArchitecture } from './perArchitecture';

/** Batch norms by the id of the layer that they fold into. A batch norm can be folded if nothing else reads the layer. */
export const foldableBatchNorms = perArchitecture((architecture): ReadonlyMap<string, BatchNormNode> => {
  const readers = new Map<string, number>();
  for (const { inputs } of architecture.nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const layers = new Set(architecture.nodes.filter(isLayer).map(({ id }) => id));
  const foldable = new Map<string, BatchNormNode>();
  for (const node of architecture.nodes) {
    const layer = node.inputs[0];
    if (node.op === 'batchNorm' && layers.has(layer) && readers.get(layer) === 1) foldable.set(layer, node);
  }
  return foldable;
});

/** A batch norm as a line per channel: `multiplier * x + shift`, both [c] in float32. */
export function batchNormLine(network: Network, { id, epsilon }: BatchNormNode) {
  const part = (name: string) => network.parameters.get(parameterName(id, name))?.values ?? new Float32Array();
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(part);
  const multiplier = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
  return { multiplier, shift: beta.map((b, c) => b - mean[c] * multiplier[c]) };
}

/**
 * The same function with foldable batch norms folded: kernel * m, and (bias - mean) m + beta as the bias. Quantization then
 * applies to the folded weights, as on integer hardware. Other batch norms stay. Quantizer parameters learned for the
 * unfolded kernel are dropped.
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
  // A folded batch norm may have been followed by another one.
  return foldBatchNorms({ ...withoutNorms(network, folded), parameters });
}

/** The architecture of the network that `foldBatchNorms` returns. Folding twice changes nothing more. */
export const foldedArchitecture = perArchitecture((architecture): Architecture => {
  const folded = foldableBatchNorms(architecture);
  return folded.size === 0 ? architecture : foldedArchitecture(withoutNorms(architecture, folded));
});

/** The architecture with a bias in each layer that has neither one nor a batch norm to fold: what bias correction leaves. */
export const withBiases = perArchitecture((architecture): Architecture => {
  const folded = foldableBatchNorms(architecture);
  const nodes = architecture.nodes.map((node) =>
    isLayer(node) && !folded.has(node.id) ? { ...node, bias: true } : node,
  );
  return { name: architecture.name, nodes };
});

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

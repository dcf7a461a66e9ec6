// Which batch norms can be folded into the layer before them: y = kernel * x + bias, then gamma (y - mean) r + beta, is
// one layer with kernel * m and (bias - mean) m + beta, m = gamma / sqrt(variance + epsilon).
import { type Architecture, type BatchNormNode, isLayer, type Network, parameterName } from './network';

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

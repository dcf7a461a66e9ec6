// Which layer a batch norm belongs to, so that it can have separate statistics for each of that layer's widths
// ("switchable" batch norm: J. Yu et al., arXiv 1812.08928; LIMPQ, arXiv 2203.08368).
import { type Architecture, isLayer, type NetworkNode } from '../graph/network';
import type { LayerBits } from '../graph/policy';

/**
 * The layer whose output each batch norm normalizes, by the batch norm's id; batch norms behind several layers are
 * absent.
 */
export function batchNormOwners({ nodes }: Architecture): Map<string, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<string, string>();
  for (const node of nodes) {
    if (node.op !== 'batchNorm') continue;
    let source: NetworkNode | undefined = node;
    do source = source.inputs.length === 1 ? byId.get(source.inputs[0]) : undefined;
    while (source !== undefined && !isLayer(source));
    if (source !== undefined) owners.set(node.id, source.id);
  }
  return owners;
}

/** Name of a layer's bank of batch norms: the smaller of its two widths, which affects the statistics most. */
export function bankOf({ weights, activations }: LayerBits): string {
  return `@${Math.min(weights, activations)}`;
}

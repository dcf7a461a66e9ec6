// The scheme of one layer. All that is the same for all layers comes from the network's; here is what is not.
import type { Architecture, LayerNode } from '../graph/network';
import type { QuantScheme } from '../quant/registry';

/**
 * The scheme by which a layer's kernel is rounded and stored: under `16-first32`, with 32-bit scales if the layer reads the image and
 * 16-bit ones otherwise, as in DSConv's code; else the network's.
 */
export function schemeOfLayer(
  scheme: QuantScheme,
  { nodes: [image] }: Architecture,
  { inputs }: LayerNode,
): QuantScheme {
  return scheme.scaleBits === '16-first32' ? { ...scheme, scaleBits: inputs[0] === image.id ? 32 : 16 } : scheme;
}

// A layer in words, e.g. "conv 3×3, 16→32".
import type { LayerCost } from '../../graph/cost';

/** Kind, kernel size and channels of a layer. */
export function layerInWords({ op, kernelSize, inputChannels, outputChannels }: LayerCost): string {
  if (op === 'dense') return `dense, ${inputChannels}→${outputChannels}`;
  const kind = op === 'conv2d' ? 'conv' : 'depthwise conv';
  return `${kind} ${kernelSize[0]}×${kernelSize[1]}, ${inputChannels}→${outputChannels}`;
}

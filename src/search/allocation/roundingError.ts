// The rounding error of a kernel: the starting point of most estimates of a layer's harm.
import type { LayerNode, Network } from '../../graph/network';
import { type BitWidth, FLOAT, SKIPPED } from '../../graph/policy';
import type { QuantScheme } from '../../quant/registry';
import { roundedKernel } from '../../rounding/layers';

/** A layer's kernel rounded to `bits` by a scheme, without training, minus the kernel. */
export function roundingDifference(
  network: Network,
  layer: LayerNode,
  scheme: QuantScheme,
  bits: BitWidth,
): Float32Array {
  const values = roundedKernel(network, layer, scheme, FLOAT);
  if (bits === SKIPPED) return values.map((value) => -value);
  return roundedKernel(network, layer, scheme, bits).map((value, i) => value - values[i]);
}

/** `||Q(W) - W||^2`. */
export function squaredRoundingError(network: Network, layer: LayerNode, scheme: QuantScheme, bits: BitWidth): number {
  return roundingDifference(network, layer, scheme, bits).reduce((sum, d) => sum + d * d, 0);
}

// How far rounding moves a kernel: what most guesses about a layer's harm start from.
import { learnedForKernel } from '../../graph/learned';
import { type LayerNode, type Network, parameterName } from '../../graph/network';
import { type BitWidth, FLOAT, SKIPPED } from '../../graph/policy';
import { kernelLayout, quantizeKernel } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';

/** A layer's kernel as a scheme rounds it to `bits` without training, minus the kernel. */
export function roundingDifference(
  network: Network,
  layer: LayerNode,
  scheme: QuantScheme,
  bits: BitWidth,
): Float32Array {
  const kernel = network.parameters.get(parameterName(layer.id, 'kernel'));
  if (kernel === undefined) throw new Error(`${network.name} has no kernel for "${layer.id}".`);
  const { values, shape } = kernel;
  if (bits === FLOAT) return new Float32Array(values.length);
  if (bits === SKIPPED) return values.map((value) => -value);
  const layout = kernelLayout(shape, layer.op === 'depthwiseConv2d');
  const learned = learnedForKernel(network, layer.id, scheme, bits);
  const quantizer = quantizerOf(scheme.quantizer);
  const rounded = quantizeKernel(values, layout, quantizer, scheme.granularity, specOf(scheme, bits), learned);
  return rounded.values.map((value, i) => value - values[i]);
}

/** `||Q(W) - W||^2`. */
export function squaredRoundingError(network: Network, layer: LayerNode, scheme: QuantScheme, bits: BitWidth): number {
  return roundingDifference(network, layer, scheme, bits).reduce((sum, d) => sum + d * d, 0);
}

// The learned parameters that round a kernel under a scheme.
import { learnedKernelName } from '../graph/learned';
import type { Network } from '../graph/network';
import { learnedOf, type QuantScheme } from '../quant/registry';

/**
 * The parameters that training learned for a kernel, [parameters, groups]; undefined if there are none or the scheme computes
 * its levels from the weights.
 */
export function learnedForKernel(
  network: Network,
  layer: string,
  scheme: QuantScheme,
  bits: number,
): Float32Array | undefined {
  if (learnedOf(scheme, bits).length === 0) return undefined;
  return network.parameters.get(learnedKernelName(layer, scheme, bits))?.values;
}

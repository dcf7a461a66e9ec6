// Parameters that a quantizer learned while the network was trained under it: steps, clips, scales. They lie among the
// network's parameters, one tensor for each layer, quantizer and bit width, so that every file and message carries them.
import type { ActivationQuantizerId } from '../quant/quantizer';
import type { QuantScheme } from '../quant/registry';
import { type Architecture, layersOf, type Network, parameterName } from './network';

/** What a layer's learned parameters round: its kernel, or what it reads. */
export type RoundedTensor = 'kernel' | 'input';

/** Name of what `quantizer` learned for a kernel: [its learned parameters, groups of the granularity]. */
export function learnedKernelName(layer: string, scheme: Pick<QuantScheme, 'quantizer' | 'granularity'>, bits: number) {
  return parameterName(layer, `kernel@${scheme.quantizer}/${scheme.granularity}/${bits}`);
}

/** Name of what `quantizer` learned for the activations that a layer reads: [its learned parameters, 1]. */
export function learnedInputName(layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return parameterName(layer, `input@${quantizer}/${bits}`);
}

/** What the name of a learned parameter says; `granularity` of kernels alone. */
export interface LearnedName {
  readonly layer: string;
  readonly rounds: RoundedTensor;
  readonly quantizer: string;
  readonly granularity?: string;
  readonly bits: number;
}

/** Inverse of `learnedKernelName` and `learnedInputName`; undefined for text that neither gives. */
export function parseLearnedName(name: string): LearnedName | undefined {
  const found = /^(.+)\.(?:kernel@([^/]+)\/([^/]+)|input@([^/]+))\/([1-9]\d*)$/.exec(name);
  if (found === null) return undefined;
  const [, layer, quantizer, granularity, activations, bits] = found;
  return quantizer === undefined
    ? { layer, rounds: 'input', quantizer: activations, bits: Number(bits) }
    : { layer, rounds: 'kernel', quantizer, granularity, bits: Number(bits) };
}

/** Names among `names` that are learned parameters of the architecture's layers. */
export function learnedNames(architecture: Architecture, names: Iterable<string>): Set<string> {
  const prefixes = layersOf(architecture).flatMap(({ id }) => [`${id}.kernel@`, `${id}.input@`]);
  return new Set([...names].filter((name) => prefixes.some((prefix) => name.startsWith(prefix))));
}

/** What was learned for a kernel under a scheme, or undefined. */
export function learnedForKernel(network: Network, layer: string, scheme: QuantScheme, bits: number) {
  return network.parameters.get(learnedKernelName(layer, scheme, bits))?.values;
}

/** What was learned for the activations that a layer reads, or undefined. */
export function learnedForInput(network: Network, layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return network.parameters.get(learnedInputName(layer, quantizer, bits))?.values;
}

// Parameters that a quantizer learned during QAT: steps, clips, scales. They are stored with the network's parameters, one
// tensor per layer, quantizer and bit width, so that every file and message carries them.
import type { ActivationQuantizerId } from '../quant/quantizer';
import type { QuantScheme } from '../quant/registry';
import { type Architecture, layersOf, type Network, parameterName } from './network';

/** The tensor that learned parameters round: the layer's kernel or its input. */
export type RoundedTensor = 'kernel' | 'input';

/** Name of the tensor that `quantizer` learned for a kernel: [learned parameters, groups of the granularity]. */
export function learnedKernelName(layer: string, scheme: Pick<QuantScheme, 'quantizer' | 'granularity'>, bits: number) {
  return parameterName(layer, `kernel@${scheme.quantizer}/${scheme.granularity}/${bits}`);
}

/** Name of the tensor that `quantizer` learned for a layer's input: [learned parameters, 1]. */
export function learnedInputName(layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return parameterName(layer, `input@${quantizer}/${bits}`);
}

/** The parts of a learned parameter's name; only kernels have a `granularity`. */
export interface LearnedName {
  readonly layer: string;
  readonly rounds: RoundedTensor;
  readonly quantizer: string;
  readonly granularity?: string;
  readonly bits: number;
}

/** Inverse of `learnedKernelName` and `learnedInputName`; undefined for any other text. */
export function parseLearnedName(name: string): LearnedName | undefined {
  const match = /^(.+)\.(?:kernel@([^/]+)\/([^/]+)|input@([^/]+))\/([1-9]\d*)$/.exec(name);
  if (match === null) return undefined;
  const [, layer, quantizer, granularity, activations, bits] = match;
  return quantizer === undefined
    ? { layer, rounds: 'input', quantizer: activations, bits: Number(bits) }
    : { layer, rounds: 'kernel', quantizer, granularity, bits: Number(bits) };
}

/** The members of `names` that name learned parameters of the architecture's layers. */
export function learnedNames(architecture: Architecture, names: Iterable<string>): Set<string> {
  const prefixes = layersOf(architecture).flatMap(({ id }) => [`${id}.kernel@`, `${id}.input@`]);
  return new Set([...names].filter((name) => prefixes.some((prefix) => name.startsWith(prefix))));
}

/** The parameters learned for a kernel under a scheme, or undefined. */
export function learnedForKernel(network: Network, layer: string, scheme: QuantScheme, bits: number) {
  return network.parameters.get(learnedKernelName(layer, scheme, bits))?.values;
}

/** The parameters learned for a layer's input, or undefined. */
export function learnedForInput(network: Network, layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return network.parameters.get(learnedInputName(layer, quantizer, bits))?.values;
}

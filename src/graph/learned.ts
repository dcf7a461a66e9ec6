// Parameters that a quantizer learned during QAT (steps, clips, scales), and codes that calibration chose for a kernel in
// place of the nearest ones. They are stored with the network's parameters, per layer, quantizer and bit width, so that every
// file and message carries them. They hold for the weights as they are: a step of training drops them.
import type { ActivationQuantizerId } from '../quant/quantizer';
import type { QuantScheme } from '../quant/registry';
import { type Architecture, layersOf, type Network, parameterName } from './network';

/** The tensor that learned parameters round: the layer's kernel or its input. */
export type RoundedTensor = 'kernel' | 'input';

/** The part of a scheme that a kernel's levels depend on. */
type KernelScheme = Pick<QuantScheme, 'quantizer' | 'granularity'>;

/** Name of the tensor that `quantizer` learned for a kernel: [learned parameters, groups of the granularity]. */
export function learnedKernelName(layer: string, scheme: KernelScheme, bits: number) {
  return parameterName(layer, `kernel@${scheme.quantizer}/${scheme.granularity}/${bits}`);
}

/** Name of the tensor that `quantizer` learned for a layer's input: [learned parameters, 1]. */
export function learnedInputName(layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return parameterName(layer, `input@${quantizer}/${bits}`);
}

/** Names of the tensors that calibration chose for a kernel: `codes`, in the kernel's shape, and `numbers` [groups, numbers per group]. */
export function chosenNames(layer: string, { quantizer, granularity }: KernelScheme, bits: number) {
  const under = `@${quantizer}/${granularity}/${bits}`;
  return { codes: parameterName(layer, `codes${under}`), numbers: parameterName(layer, `numbers${under}`) };
}

/** The parts of a learned or chosen parameter's name; only kernels have a `granularity`. */
export interface LearnedName {
  readonly layer: string;
  readonly rounds: RoundedTensor;
  readonly quantizer: string;
  readonly granularity?: string;
  readonly bits: number;
  /** The part of a chosen kernel; absent for learned parameters. */
  readonly chosen?: 'codes' | 'numbers';
}

/** Inverse of `learnedKernelName`, `learnedInputName` and `chosenNames`; undefined for any other text. */
export function parseLearnedName(name: string): LearnedName | undefined {
  const match = /^(.+)\.(?:(kernel|codes|numbers)@([^/]+)\/([^/]+)|input@([^/]+))\/([1-9]\d*)$/.exec(name);
  if (match === null) return undefined;
  const [, layer, part, quantizer, granularity, activations, bits] = match;
  if (quantizer === undefined) return { layer, rounds: 'input', quantizer: activations, bits: Number(bits) };
  const learned = { layer, rounds: 'kernel', quantizer, granularity, bits: Number(bits) } as const;
  return part === 'codes' || part === 'numbers' ? { ...learned, chosen: part } : learned;
}

/** The members of `names` that name learned or chosen parameters of the architecture's layers. */
export function learnedNames(architecture: Architecture, names: Iterable<string>): Set<string> {
  const prefixes = layersOf(architecture).flatMap(({ id }) =>
    ['kernel', 'input', 'codes', 'numbers'].map((part) => parameterName(id, `${part}@`)),
  );
  return new Set([...names].filter((name) => prefixes.some((prefix) => name.startsWith(prefix))));
}

/** The parameters learned for a layer's input, or undefined. */
export function learnedForInput(network: Network, layer: string, quantizer: ActivationQuantizerId, bits: number) {
  return network.parameters.get(learnedInputName(layer, quantizer, bits))?.values;
}

/** The codes (from 0, in the kernel's order) and the numbers of each group that were chosen for a kernel, or undefined. */
export function chosenForKernel(network: Network, layer: string, scheme: KernelScheme, bits: number) {
  const names = chosenNames(layer, scheme, bits);
  const [codes, numbers] = [network.parameters.get(names.codes), network.parameters.get(names.numbers)];
  return codes && numbers && { codes: codes.values, numbers };
}

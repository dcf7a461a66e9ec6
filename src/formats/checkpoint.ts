// A zoo network's float weights as safetensors, with what quantizers learned: tensor names are parameter names, layouts are
// the graph's.
import type { Architecture, Network, Parameter } from '../graph/network';
import { checkNetwork } from '../graph/shapes';
import { checkLearned } from './learnedTensors';
import { FormatError, parseSafetensors, serializeSafetensors } from './safetensors';

/** The JSON that lies beside every shipped checkpoint. */
export interface CheckpointCard {
  readonly network: string;
  readonly dataset: string;
  /** Of weights that the site ships: how often they were replaced, from 1 (src/zoo/shipped.ts). */
  readonly version?: number;
  /** Float accuracy on the test split, its number of images, and who measured it. */
  readonly accuracy: number;
  readonly n: number;
  readonly measuredBy: string;
  /** One line: framework, epochs, batch size, learning rate. */
  readonly recipe: string;
  readonly seed: number;
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Of the weights' file, in hexadecimal: weights with another are not used. */
  readonly sha256: string;
}

/**
 * Puts the weights of a file, and what quantizers learned with them, into an architecture.
 * @throws FormatError or NetworkError when they do not fit or are not finite.
 */
export function readCheckpoint(architecture: Architecture, bytes: Uint8Array): Network {
  const parameters = new Map<string, Parameter>();
  for (const [name, { values, shape }] of parseSafetensors(bytes).tensors) {
    if (!(values instanceof Float32Array)) throw new FormatError(`"${name}" is not float32.`);
    parameters.set(name, { shape, values });
  }
  const network = { ...architecture, parameters };
  checkNetwork(network);
  checkLearned(network);
  return network;
}

/** Float weights of a network, and what quantizers learned with them, as a safetensors file. */
export function writeCheckpoint(network: Network): Uint8Array {
  const tensors = new Map(
    [...network.parameters].map(([name, { shape, values }]) => [name, { dtype: 'F32' as const, shape, values }]),
  );
  return serializeSafetensors({ tensors, metadata: new Map([['format', 'fewbits']]) });
}

// A zoo network's float weights and learned quantizer parameters as safetensors: tensor names are parameter names,
// layouts are the graph's.
import type { Architecture, Network, Parameter } from '../graph/network';
import { checkNetwork } from '../graph/shapes';
import { checkLearned } from './learnedTensors';
import { FormatError, parseSafetensors, serializeSafetensors } from './safetensors';

/** The card: the JSON file beside every shipped checkpoint. */
export interface CheckpointCard {
  readonly network: string;
  readonly dataset: string;
  /** Of shipped weights: how often they were replaced, from 1 (src/zoo/shipped.ts). */
  readonly version?: number;
  /** Float accuracy on the test split, its number of images, and who measured it. */
  readonly accuracy: number;
  readonly n: number;
  readonly measuredBy: string;
  /** One line: framework, epochs, batch size, learning rate. */
  readonly recipe: string;
  readonly seed: number;
  readonly normalization: {
    readonly mean: readonly number[];
    readonly std: readonly number[];
    /** True if each image is then standardized by itself. */
    readonly perImage?: boolean;
  };
  /** SHA-256 of the weight file, in hexadecimal: weights with another hash are not used. */
  readonly sha256: string;
}

/**
 * Puts the weights and learned quantizer parameters of a file into an architecture.
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

/** Float weights and learned quantizer parameters of a network, as a safetensors file. */
export function writeCheckpoint(network: Network): Uint8Array {
  const tensors = new Map(
    [...network.parameters].map(([name, { shape, values }]) => [name, { dtype: 'F32' as const, shape, values }]),
  );
  return serializeSafetensors({ tensors, metadata: new Map([['format', 'fewbits']]) });
}

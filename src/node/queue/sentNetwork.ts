// A network as bytes for a queue: structure, float32 parameters, preprocessing, and the rounding that its file states, if any.
import type { Normalization } from '../../data/dataset';
import { parseArchitecture } from '../../formats/architectureJson';
import { readCheckpoint, writeCheckpoint } from '../../formats/checkpoint';
import { isAnyNumber, isOneOf } from '../../formats/shape';
import { readState, writeState } from '../../formats/stateFile';
import type { Network } from '../../graph/network';
import { checkPolicy } from '../../graph/policy';
import { parseScheme } from '../../quant/parseScheme';
import { schemeName } from '../../quant/registry';
import type { ActivationRange } from '../../rounding/activationRounding';
import type { Rounding } from '../../rounding/rounding';
import { isNormalization } from '../../search/taskImages';

/** A network, how it expects its images, and the rounding that came with it. */
export interface SentNetwork {
  readonly network: Network;
  readonly normalization: Normalization;
  readonly known?: Rounding | undefined;
}

/** The bytes; equal for equal networks. */
export function writeNetwork({ network, normalization, known }: SentNetwork): Uint8Array<ArrayBuffer> {
  const { name, nodes } = network;
  const stated = known && { ...known, scheme: schemeName(known.scheme), ranges: [...known.ranges] };
  return new Uint8Array(
    writeState({ name, nodes, parameters: writeCheckpoint(network), normalization, known: stated }),
  );
}

const isRange = (value: unknown): value is ActivationRange => {
  const { min, max, meanMagnitude, choice } = (value ?? {}) as Partial<ActivationRange>;
  return [min, max, meanMagnitude].every(isAnyNumber) && isOneOf('minMax', 'percentile', 'mse')(choice);
};

/** Inverse of `writeNetwork`. @throws an error that names what does not fit. */
export function readNetwork(bytes: Uint8Array): SentNetwork {
  const { name, nodes, parameters, normalization, known } = (readState(bytes) ?? {}) as Record<string, unknown>;
  if (!(parameters instanceof Uint8Array)) throw new RangeError('the network has no parameters');
  if (!isNormalization(normalization)) throw new RangeError('the network does not say how it expects its images');
  const network = readCheckpoint(parseArchitecture({ name, nodes }), parameters);
  if (known === undefined) return { network, normalization };
  const { policy, scheme, ranges } = known as Record<string, unknown>;
  const entries = Array.isArray(ranges) ? (ranges as [unknown, unknown][]) : [];
  if (!entries.every(([id, range]) => typeof id === 'string' && isRange(range)))
    throw new RangeError('the network states ranges that are none');
  return {
    network,
    normalization,
    known: {
      policy: checkPolicy(network, policy),
      scheme: parseScheme(String(scheme)),
      ranges: new Map(entries as [string, ActivationRange][]),
    },
  };
}

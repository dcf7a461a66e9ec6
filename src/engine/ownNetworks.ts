// Networks imported by the user: adapted to the images in use, stored in this browser, found again.
import type { CheckpointInfo, FoundNetwork } from '../core/foundNetwork';
import type { Dataset, Normalization } from '../data/dataset';
import { notKeptReason } from '../data/keptFiles';
import { parseArchitecture } from '../formats/architectureJson';
import { readCheckpoint, writeCheckpoint } from '../formats/checkpoint';
import { outputCount, permuteOutputs, swapRedAndBlue, withoutSoftmax } from '../graph/adapt';
import { type Architecture, type InputNode, layersOf, type Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { checkNetwork, NetworkError } from '../graph/shapes';
import { parseScheme } from '../quant/parseScheme';
import { schemeName } from '../quant/registry';
import type { ActivationRange } from '../rounding/activationRounding';
import type { OwnNetworkId } from '../zoo/registry';
import type { BlobStore } from './blobStore';
import type { OwnInput } from './protocol/ownNetworks';

/** The facts stored beside the weights. */
interface OwnFacts {
  readonly architecture: Architecture;
  readonly normalization: Normalization;
  readonly recipe: string;
  readonly trainedUnderRounding?: boolean;
  /** Known ranges: the scheme by its name, the ranges as entries. */
  readonly known?: {
    readonly policy: BitPolicy;
    readonly scheme: string;
    readonly ranges: readonly (readonly [string, ActivationRange])[];
  };
}

/** The origin of an own network. For weights that were trained quantization-aware, the float network is unknown. */
export function ownCheckpoint(recipe: string, trainedUnderRounding: boolean): CheckpointInfo {
  return { origin: 'own', recipe, ...(trainedUnderRounding && { trainedFrom: null }) };
}

/** An own network that is not in this browser: opened by a link, or cleared. */
export class OwnNetworkMissingError extends Error {
  override readonly name = 'OwnNetworkMissingError';
}

/**
 * The network as the page uses it: no softmax at the end, its colors and classes in the order of the images.
 * @throws NetworkError saying what does not fit the images in use, and what to do.
 */
export function fitOwnNetwork(network: Network, { channels, order }: OwnInput, dataset: Dataset): Network {
  checkNetwork(network);
  const { name, nodes } = network;
  const [height, width, colors] = (nodes[0] as InputNode).shape;
  if (colors !== 3 && colors !== 1)
    throw new NetworkError(
      `${name} reads images of ${colors} channels [${height}, ${width}, ${colors}], and images here have 3 colors, or 1 gray. Export it with 3 or 1 input channels.`,
    );
  if (layersOf(network).length === 0)
    throw new NetworkError(`${name} has no convolution and no dense layer: there is nothing to quantize.`);
  const plain = withoutSoftmax(network);
  const classes = outputCount(plain);
  if (classes === 1)
    throw new NetworkError(
      `${name} has one output, and images have two classes or more. Train it with one output per class, or put a softmax of two in place of a sigmoid.`,
    );
  if (classes !== dataset.classes.length)
    throw new NetworkError(
      `${name} tells ${classes} classes apart, and ${dataset.label} has ${dataset.classes.length}. Open images with ${classes} classes first (a folder of pictures with one folder per class will do), then this network again.`,
    );
  const colored = channels === 'bgr' ? swapRedAndBlue(plain) : plain;
  return order === undefined ? colored : permuteOutputs(colored, order);
}

/** Stores an own network for the next visit; returns the reason if that is not possible. */
export async function keepOwnNetwork(
  id: OwnNetworkId,
  { network, checkpoint, normalization, known }: FoundNetwork & { readonly normalization: Normalization },
  store: BlobStore,
): Promise<string | undefined> {
  const { name, nodes } = network;
  const facts: OwnFacts = {
    architecture: { name, nodes },
    normalization,
    recipe: checkpoint.recipe,
    trainedUnderRounding: checkpoint.trainedFrom !== undefined,
    ...(known && { known: { ...known, scheme: schemeName(known.scheme), ranges: [...known.ranges] } }),
  };
  return notKeptReason(await store.put(id, facts, writeCheckpoint(network)));
}

/** The architecture of the own network stored under `id`, with its name; undefined if it is damaged. */
export async function keptArchitecture(
  id: OwnNetworkId,
  store: BlobStore,
): Promise<{ readonly id: OwnNetworkId; readonly architecture: Architecture } | undefined> {
  try {
    const kept = await store.get(id);
    return kept && { id, architecture: parseArchitecture((kept.facts as OwnFacts).architecture) };
  } catch {
    return undefined;
  }
}

/**
 * The own network stored under `id`; `dataset` must have its classes.
 * @throws OwnNetworkMissingError or NetworkError
 */
export async function findOwnNetwork(
  id: OwnNetworkId,
  dataset: Dataset,
  store: BlobStore,
): Promise<FoundNetwork & { readonly normalization: Normalization }> {
  const kept = await store.get(id);
  if (kept === undefined)
    throw new OwnNetworkMissingError(
      `The network "${id.slice('own-'.length)}" is not in this browser. Drop its file on the page, or choose another network.`,
    );
  const { architecture, normalization, recipe, known, trainedUnderRounding = false } = kept.facts as OwnFacts;
  const network = readCheckpoint(architecture, kept.bytes);
  const fitted = fitOwnNetwork(network, { normalization, channels: 'rgb' }, dataset);
  return {
    network: fitted,
    checkpoint: ownCheckpoint(recipe, trainedUnderRounding),
    normalization,
    ...(known && { known: { ...known, scheme: parseScheme(known.scheme), ranges: new Map(known.ranges) } }),
  };
}

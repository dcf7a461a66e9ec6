// Finds the best weights there are for a zoo network on a data set: trained here, shipped with the site, or fresh ones.
import type { Dataset } from '../data/dataset';
import { notKeptReason } from '../data/keptFiles';
import { type CheckpointCard, readCheckpoint, writeCheckpoint } from '../formats/checkpoint';
import type { Architecture } from '../graph/network';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { type AnyNetworkId, isZooNetwork, type NetworkId, networks } from '../zoo/registry';
import { answersHere } from './floatNetwork';
import type { FoundNetwork, KeepSake } from './keepsake';
import { findOwnNetwork } from './ownNetworks';
import type { CheckpointInfo } from './protocol/opening';

/** Reads a file of the site below its root; undefined when there is none. */
export type Assets = (path: string) => Promise<ArrayBuffer | undefined>;

/** Names a network's weights: shipped below `weights/`, trained ones under `weights-<name>` in the store. */
export function checkpointName(network: AnyNetworkId, dataset: string): string {
  return `${network}-${dataset}`;
}

const INITIAL_SEED = 1;
const keptId = (network: AnyNetworkId, dataset: string) => `weights-${checkpointName(network, dataset)}`;

function zooArchitecture(id: NetworkId, dataset: Dataset): Architecture {
  return networks[id].build([dataset.height, dataset.width, 3], dataset.classes.length);
}

/** A zoo network with fresh weights from `seed`. */
export function freshNetwork(id: NetworkId, dataset: Dataset, seed = INITIAL_SEED): FoundNetwork {
  const architecture = zooArchitecture(id, dataset);
  const checkpoint = { origin: 'initial', recipe: `Random weights, seed ${seed}: not trained yet.` } as const;
  return { network: initialize(architecture, createRng(seed)), checkpoint };
}

/** Weights of a zoo network as shipped with the site, or fresh. `dataset.id` names the files. */
async function zooNetwork(
  id: NetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
): Promise<FoundNetwork> {
  const name = checkpointName(id, dataset.id);
  const card = await assets(`weights/${name}.json`);
  const weights = card && (await assets(`weights/${name}.safetensors`));
  if (card === undefined || weights === undefined) return freshNetwork(id, dataset);
  const architecture = zooArchitecture(id, dataset);
  const { recipe, accuracy, n: images } = JSON.parse(new TextDecoder().decode(card)) as CheckpointCard;
  return {
    network: readCheckpoint(architecture, new Uint8Array(weights)),
    checkpoint: { origin: 'shipped', recipe, accuracy, images },
  };
}

/**
 * Weights trained in this browser before, or else shipped, brought by the person, or fresh. `dataset.id` names the files.
 * @throws OwnNetworkMissingError, or NetworkError for an own network that does not fit the images.
 */
export async function findNetwork(
  id: AnyNetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: KeepSake,
): Promise<FoundNetwork> {
  const own = isZooNetwork(id) ? undefined : await findOwnNetwork(id, dataset, store);
  const kept = await store.recall(keptId(id, dataset.id));
  if (kept !== undefined)
    try {
      const architecture = isZooNetwork(id) ? zooArchitecture(id, dataset) : (own as FoundNetwork).network;
      const network = readCheckpoint(architecture, kept.bytes);
      const { known: _, ...found } = own ?? {}; // ranges of other weights
      const facts = kept.facts as CheckpointInfo;
      const { trainedFrom } = facts;
      const checkpoint =
        trainedFrom === undefined ? facts : { ...facts, trainedFrom: answersHere(trainedFrom, dataset) };
      return { ...found, network, checkpoint };
    } catch (error) {
      // Of an older version of the network: the weights it started from are better than an error at every visit.
      console.warn(`The weights kept for ${checkpointName(id, dataset.id)} no longer fit:`, error);
    }
  return own ?? zooNetwork(id as NetworkId, dataset, assets);
}

/** Keeps trained weights for the next visit; answers why where that cannot be. */
export async function keepNetwork(
  id: AnyNetworkId,
  dataset: string,
  { network, checkpoint }: FoundNetwork,
  store: KeepSake,
): Promise<string | undefined> {
  return notKeptReason(await store.keep(keptId(id, dataset), checkpoint, writeCheckpoint(network)));
}

/** Forgets trained weights. */
export async function forgetNetwork(id: AnyNetworkId, dataset: string, store: KeepSake): Promise<void> {
  await store.forget(keptId(id, dataset));
}

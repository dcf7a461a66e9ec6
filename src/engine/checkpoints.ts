// Finds the best weights there are for a zoo network on a data set: trained here, shipped with the site, or fresh ones.
import type { Dataset } from '../data/dataset';
import { type CheckpointCard, readCheckpoint } from '../formats/checkpoint';
import type { Architecture } from '../graph/network';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { type AnyNetworkId, isZooNetwork, type NetworkId, networks } from '../zoo/registry';
import { foundFingerprint } from './fingerprint';
import { answersHere } from './floatNetwork';
import { asideFiles, inUseFile, type WeightFacts } from './generations';
import type { FoundNetwork, KeepSake } from './keepsake';
import { findOwnNetwork } from './ownNetworks';

/** Reads a file of the site below its root; undefined when there is none. */
export type Assets = (path: string) => Promise<ArrayBuffer | undefined>;

/** Names a network's weights as they are shipped below `weights/`. */
export function checkpointName(network: AnyNetworkId, dataset: string): string {
  return `${network}-${dataset}`;
}

const INITIAL_SEED = 1;

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
 * The weights named by the fingerprint `wanted`, where they are in this browser or on the site. Else, or when none are
 * wanted: those in use at the visit before, or shipped, brought by the person, or fresh. `dataset.id` names the files.
 * @throws OwnNetworkMissingError, or NetworkError for an own network that does not fit the images.
 */
export async function findNetwork(
  id: AnyNetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: KeepSake,
  wanted?: string,
): Promise<FoundNetwork> {
  const own = isZooNetwork(id) ? undefined : await findOwnNetwork(id, dataset, store);
  const place = { network: id, dataset: dataset.id };
  const architecture = isZooNetwork(id) ? zooArchitecture(id, dataset) : (own as FoundNetwork).network;
  const stored = async (file: string): Promise<FoundNetwork | undefined> => {
    const kept = await store.recall(file);
    if (kept === undefined) return undefined;
    try {
      const { fingerprint: _, sequence: __, ...facts } = kept.facts as WeightFacts;
      const { known: ___, ...found } = own ?? {}; // ranges of other weights
      const { trainedFrom } = facts;
      const checkpoint =
        trainedFrom === undefined ? facts : { ...facts, trainedFrom: answersHere(trainedFrom, dataset) };
      return { ...found, network: readCheckpoint(architecture, kept.bytes), checkpoint };
    } catch (error) {
      // Of an older version of the network: the weights it started from are better than an error at every visit.
      console.warn(`The weights kept for ${checkpointName(id, dataset.id)} no longer fit:`, error);
      return undefined;
    }
  };
  const untrained = async () => own ?? zooNetwork(id as NetworkId, dataset, assets);
  const inUse = await stored(inUseFile(place));
  if (wanted !== undefined) {
    const isWanted = (found: FoundNetwork | undefined) => found && foundFingerprint(found, dataset) === wanted;
    for (const find of [async () => inUse, ...asideFiles(place).map((file) => () => stored(file)), untrained]) {
      const found = await find();
      if (found !== undefined && isWanted(found)) return found;
    }
  }
  return inUse ?? untrained();
}

/** Forgets trained weights, those in use and those aside. */
export async function forgetNetwork(id: AnyNetworkId, dataset: string, store: KeepSake): Promise<void> {
  const place = { network: id, dataset };
  for (const file of [inUseFile(place), ...asideFiles(place)]) await store.forget(file);
}

/** The weights of a network from before any training here: shipped, brought by the person, or fresh. */
export async function untrainedNetwork(
  id: AnyNetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: KeepSake,
): Promise<FoundNetwork> {
  return isZooNetwork(id) ? zooNetwork(id, dataset, assets) : findOwnNetwork(id, dataset, store);
}

// Finds the best available weights for a zoo network on a data set: trained here, shipped with the site, or fresh ones.
import { foundFingerprint } from '../core/fingerprint';
import { answersHere } from '../core/floatNetwork';
import type { FoundNetwork } from '../core/foundNetwork';
import type { Dataset } from '../data/dataset';
import { sha256 } from '../data/sha256';
import { type CheckpointCard, readCheckpoint } from '../formats/checkpoint';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { type AnyNetworkId, isZooNetwork, type NetworkId, zooArchitecture } from '../zoo/registry';
import { hasWeights, shippedName } from '../zoo/shipped';
import { AssetError, type AssetOptions, readJson } from './assets';
import type { BlobStore } from './blobStore';
import { asideFiles, inUseFile, type WeightFacts } from './generations';
import { findOwnNetwork } from './ownNetworks';

/** Reads a file of the site below its root; rejects, naming the file, if it does not load completely. */
export type Assets = (path: string, options?: AssetOptions) => Promise<ArrayBuffer>;

const INITIAL_SEED = 1;

/** A zoo network with fresh weights from `seed`. */
export function freshNetwork(id: NetworkId, dataset: Dataset, seed = INITIAL_SEED): FoundNetwork {
  const architecture = zooArchitecture(id, dataset.classes.length);
  const checkpoint = { origin: 'initial', recipe: `Random weights, seed ${seed}: not trained yet.` } as const;
  return { network: initialize(architecture, createRng(seed)), checkpoint };
}

/** Card and weights of the site, or undefined if the weights are not those of the card. */
async function readShipped(name: string, assets: Assets, options?: AssetOptions) {
  const path = `weights/${name}.json`;
  const card = readJson(await assets(path, options), path) as CheckpointCard;
  const weights = new Uint8Array(await assets(`weights/${name}.safetensors`, options));
  return (await sha256(weights)) === card.sha256 ? { card, weights } : undefined;
}

/**
 * Weights of a zoo network as shipped with the site, or fresh if it ships none. `dataset.id` names the files.
 * @throws AssetError when they do not load completely: other weights in their place would be measured as if they were
 * these.
 */
async function zooNetwork(
  id: NetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
): Promise<FoundNetwork> {
  if (!hasWeights(id, dataset.id)) return freshNetwork(id, dataset);
  const name = shippedName(id, dataset.id);
  // The browser's cache may hold two files of two deployments; ask the server before rejecting anything.
  const found = (await readShipped(name, assets)) ?? (await readShipped(name, assets, { fresh: true }));
  if (found === undefined)
    throw new AssetError(
      `"weights/${name}.safetensors" is damaged: its SHA-256 is not the one that its card states. Try again, or tell whoever runs the site.`,
    );
  const { recipe, accuracy, n: images } = found.card;
  return {
    network: readCheckpoint(zooArchitecture(id, dataset.classes.length), found.weights),
    checkpoint: { origin: 'shipped', recipe, accuracy, images },
  };
}

/**
 * The weights with the fingerprint `wanted`, if they are in this browser or on the site. Otherwise, or without
 * `wanted`: those in use at the previous visit, or shipped, imported by the user, or fresh. `dataset.id` names the
 * files.
 * @throws AssetError when shipped weights do not load completely, OwnNetworkMissingError, or NetworkError for an own
 * network that does not fit the images.
 */
export async function findNetwork(
  id: AnyNetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: BlobStore,
  wanted?: string,
): Promise<FoundNetwork> {
  const own = isZooNetwork(id) ? undefined : await findOwnNetwork(id, dataset, store);
  const place = { network: id, dataset: dataset.id };
  const architecture = isZooNetwork(id) ? zooArchitecture(id, dataset.classes.length) : (own as FoundNetwork).network;
  let unread: string | undefined;
  const stored = async (file: string): Promise<FoundNetwork | undefined> => {
    const kept = await store.get(file);
    if (kept === undefined && store.damaged?.(file)) unread = 'are damaged';
    if (kept === undefined) return undefined;
    try {
      const { fingerprint: _, sequence: __, ...facts } = kept.facts as WeightFacts;
      const { known: ___, ...found } = own ?? {}; // ranges of other weights
      const { trainedFrom } = facts;
      const checkpoint =
        trainedFrom === undefined ? facts : { ...facts, trainedFrom: answersHere(trainedFrom, dataset) };
      return { ...found, network: readCheckpoint(architecture, kept.bytes), checkpoint };
    } catch (error) {
      // Of an older version of the network: its initial weights are better than an error at every visit.
      unread = `no longer fit it (${(error as Error).message})`;
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
  if (inUse !== undefined) return inUse;
  const found = await untrained();
  return unread === undefined ? found : { ...found, unread };
}

/** Deletes trained weights, those in use and those aside. */
export async function forgetNetwork(id: AnyNetworkId, dataset: string, store: BlobStore): Promise<void> {
  const place = { network: id, dataset };
  await Promise.all([inUseFile(place), ...asideFiles(place)].map((file) => store.delete(file)));
}

/** The weights of a network from before any training here: shipped, imported by the user, or fresh. */
export async function untrainedNetwork(
  id: AnyNetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: BlobStore,
): Promise<FoundNetwork> {
  return isZooNetwork(id) ? zooNetwork(id, dataset, assets) : findOwnNetwork(id, dataset, store);
}

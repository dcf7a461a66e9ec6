// Finds the best weights there are for a zoo network on a data set: trained here, shipped with the site, or fresh ones.
import type { Dataset } from '../data/dataset';
import { type CheckpointCard, readCheckpoint, writeCheckpoint } from '../formats/checkpoint';
import type { Network } from '../graph/network';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { type NetworkId, networks } from '../zoo/registry';
import type { CheckpointInfo } from './protocol';

/** Keeps bytes with plain facts beside them, whole or not at all, until the next visit. */
export interface KeepSake {
  recall(id: string): Promise<{ readonly facts: unknown; readonly bytes: Uint8Array } | undefined>;
  keep(id: string, facts: unknown, bytes: Uint8Array): Promise<unknown>;
  forget(id: string): Promise<unknown>;
}

/** Reads a file of the site below its root; undefined when there is none. */
export type Assets = (path: string) => Promise<ArrayBuffer | undefined>;

/** Names a network's weights: shipped below `weights/`, trained ones under `weights-<name>` in the store. */
export function checkpointName(network: NetworkId, dataset: string): string {
  return `${network}-${dataset}`;
}

const INITIAL_SEED = 1;
const keptId = (network: NetworkId, dataset: string) => `weights-${checkpointName(network, dataset)}`;

/** A network with where its weights come from. */
export interface FoundNetwork {
  readonly network: Network;
  readonly checkpoint: CheckpointInfo;
}

/** Fresh weights from `seed`. */
export function freshNetwork(id: NetworkId, dataset: Dataset, seed = INITIAL_SEED): FoundNetwork {
  const architecture = networks[id].build([dataset.height, dataset.width, 3], dataset.classes.length);
  const checkpoint = { origin: 'initial', recipe: `Random weights, seed ${seed}: not trained yet.` } as const;
  return { network: initialize(architecture, createRng(seed)), checkpoint };
}

/** Weights trained in this browser before, or shipped, or fresh. `dataset.id` names the files. */
export async function findNetwork(
  id: NetworkId,
  dataset: Dataset & { readonly id: string },
  assets: Assets,
  store: KeepSake,
): Promise<FoundNetwork> {
  const name = checkpointName(id, dataset.id);
  const architecture = networks[id].build([dataset.height, dataset.width, 3], dataset.classes.length);
  const kept = await store.recall(keptId(id, dataset.id));
  if (kept !== undefined)
    try {
      return { network: readCheckpoint(architecture, kept.bytes), checkpoint: kept.facts as CheckpointInfo };
    } catch (error) {
      // Of an older version of the network: the shipped weights are better than an error at every visit.
      console.warn(`The weights kept for ${name} no longer fit:`, error);
    }
  const card = await assets(`weights/${name}.json`);
  const weights = card && (await assets(`weights/${name}.safetensors`));
  if (card === undefined || weights === undefined) return freshNetwork(id, dataset);
  const { recipe, accuracy } = JSON.parse(new TextDecoder().decode(card)) as CheckpointCard;
  return {
    network: readCheckpoint(architecture, new Uint8Array(weights)),
    checkpoint: { origin: 'shipped', recipe, accuracy },
  };
}

/** Keeps trained weights for the next visit. */
export async function keepNetwork(
  id: NetworkId,
  dataset: string,
  { network, checkpoint }: FoundNetwork,
  store: KeepSake,
): Promise<void> {
  await store.keep(keptId(id, dataset), checkpoint, writeCheckpoint(network));
}

/** Forgets trained weights. */
export async function forgetNetwork(id: NetworkId, dataset: string, store: KeepSake): Promise<void> {
  await store.forget(keptId(id, dataset));
}

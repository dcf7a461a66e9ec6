// What is in use, for all commands: the surroundings, the backend, the data set and the network; and what must not be
// replaced while training runs.
import type { Dataset } from '../data/dataset';
import type { DecodeImage } from '../data/definition';
import { fitDataset } from '../data/fit';
import type { DatasetId } from '../data/registry';
import type { InputNode } from '../graph/network';
import type { AnyNetworkId } from '../zoo/registry';
import type { BackendOptions } from './backend';
import type { BlobStore, FoundNetwork } from './blobStore';
import type { Assets } from './checkpoints';
import { Generations, type WeightPlace } from './generations';
import { LoadedModel } from './loadedModel';
import type { Clock } from './measuring';
import type { LoadedNetwork } from './protocol/opening';
import { createYield, type Job, Scheduler, type Urgency } from './scheduler';
import type { Pause } from './training';

/** What the engine needs of the place it runs in. */
export interface Environment {
  readonly assets: Assets;
  readonly store: BlobStore;
  readonly decode: DecodeImage;
  readonly now: Clock;
  /** Fetches tfjs' WebAssembly module; absent where tfjs finds it itself. */
  readonly wasm?: BackendOptions['wasm'];
  /** Bytes that the prefix cache may take. */
  readonly cacheBytes: number;
  onFault(error: Error): void;
}

/** A data set in use, and the seed that it was opened with. */
export interface OpenDataset {
  readonly id: DatasetId;
  readonly seed: number;
  readonly dataset: Dataset;
}

/** A command that needs a data set or a network before one is open. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/** A command that cannot run beside one that is running. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** The one state that all commands of an engine share. */
export class EngineState {
  readonly scheduler = new Scheduler(createYield());
  /** In words, with its device; empty before the start. */
  backend = '';
  /** Pauses the training run; undefined while there is none. */
  training: Pause | undefined;
  private open: OpenDataset | undefined;
  private loaded: LoadedModel | undefined;
  readonly generations: Generations;

  constructor(readonly environment: Environment) {
    this.generations = new Generations(environment.store);
  }

  /** @throws NotReadyError before a data set is open. */
  get images(): OpenDataset {
    if (this.open === undefined) throw new NotReadyError('No data set is open yet; choose one first.');
    return this.open;
  }

  /** @throws NotReadyError before a network is open. */
  get model(): LoadedModel {
    if (this.loaded === undefined) throw new NotReadyError('No network is open yet; choose one first.');
    return this.loaded;
  }

  /** The fingerprint of the weights in use, where they are of this network. */
  inUse({ network }: WeightPlace): string | undefined {
    return this.loaded?.id === network ? this.loaded.fingerprint : undefined;
  }

  /** Puts a data set in use. The network's shapes may no longer fit: it is opened anew. */
  putImages(open: OpenDataset): void {
    this.loaded?.dispose();
    this.loaded = undefined;
    this.open = open;
  }

  /** Puts a network in use, on the images that it is for. */
  putNetwork(
    id: AnyNetworkId,
    found: FoundNetwork,
    { id: datasetId, dataset }: Omit<OpenDataset, 'seed'>,
  ): LoadedNetwork {
    const { network, checkpoint, normalization = dataset.normalization, known } = found;
    this.loaded?.dispose();
    this.generations.hold({ network: id, dataset: datasetId, images: dataset }, found);
    const [height, width] = (network.nodes[0] as InputNode).shape;
    const fitted = fitDataset(dataset, { height, width, normalization });
    const { cacheBytes } = this.environment;
    this.loaded = new LoadedModel(id, network, checkpoint, fitted, cacheBytes, known);
    return this.loaded.describe(datasetId);
  }

  /** @throws BusyError while training runs. `what` ends the sentence "stop it before". */
  refuseWhileTraining(what: string): void {
    if (this.training !== undefined) throw new BusyError(`Training is running; stop it before ${what}.`);
  }

  /** Runs a job on the network in use; the signal that it gets is aborted too when another network takes the place. */
  withModel<T>(
    urgency: Urgency,
    signal: AbortSignal,
    work: (model: LoadedModel, job: Job, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.scheduler.run(urgency, async (job) => {
      const { model } = this;
      return work(model, job, AbortSignal.any([signal, model.replaced]));
    });
  }
}

// Shared by all commands: the environment, the session with its network and images, the scheduler, the stored weights,
// and what must not be replaced while training runs.
import type { FoundNetwork, LoadedNetwork } from '../core/foundNetwork';
import type { LoadedModel } from '../core/loadedModel';
import { type OpenDataset, Session, type SessionEnvironment } from '../core/session';
import type { Turn } from '../core/turn';
import type { DecodeImage } from '../data/definition';
import { createYield } from '../pool/breathe';
import type { AnyNetworkId } from '../zoo/registry';
import type { BackendOptions } from './backend';
import type { BlobStore } from './blobStore';
import type { Assets } from './checkpoints';
import { Generations, type WeightPlace } from './generations';
import type { DisposableWorker } from './importing';
import { Imports } from './imports';
import { Scheduler, type Urgency } from './scheduler';
import type { Pause } from './training';

/** The engine's environment. */
export interface Environment extends SessionEnvironment {
  readonly assets: Assets;
  readonly store: BlobStore;
  readonly decode: DecodeImage;
  /** Fetches tfjs' WebAssembly module; absent if tfjs finds it itself. */
  readonly wasm?: BackendOptions['wasm'];
  /** Starts a reader of imported files, which reads once. */
  readonly spawnReader: () => DisposableWorker;
  onFault(error: Error): void;
}

/** A command that cannot run beside a running one. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** The one state that all commands of an engine share. */
export class EngineState {
  readonly scheduler = new Scheduler(createYield());
  readonly session: Session;
  readonly generations: Generations;
  /** Pauses the training run; undefined while there is none. */
  training: Pause | undefined;
  /** Networks that were read and are not in use yet. */
  readonly imports: Imports;

  constructor(readonly environment: Environment) {
    this.session = new Session(environment);
    this.generations = new Generations(environment.store);
    this.imports = new Imports(environment.spawnReader);
  }

  /** @throws NotReadyError before a data set is open. */
  get images(): OpenDataset {
    return this.session.images;
  }

  /** @throws NotReadyError before a network is open. */
  get model(): LoadedModel {
    return this.session.model;
  }

  /** The fingerprint of the weights in use, if they belong to this network. */
  inUse({ network }: WeightPlace): string | undefined {
    return this.session.hasNetwork && this.model.id === network ? this.model.fingerprint : undefined;
  }

  /** Puts a network in use, on its images. */
  putNetwork(id: AnyNetworkId, found: FoundNetwork, images: Pick<OpenDataset, 'id' | 'dataset'>): LoadedNetwork {
    this.generations.hold({ network: id, dataset: images.id, images: images.dataset }, found);
    return this.session.openNetwork(id, found, images).describe();
  }

  /** @throws BusyError while training runs. `what` ends the sentence "stop it before". */
  refuseWhileTraining(what: string): void {
    if (this.training !== undefined) throw new BusyError(`Training is running; stop it before ${what}.`);
  }

  /** Runs a job on the network in use. Its turn throws when the signal is aborted or another network is put in use. */
  withModel<T>(urgency: Urgency, signal: AbortSignal, work: (session: Session, turn: Turn) => Promise<T>): Promise<T> {
    return this.scheduler.run(urgency, async (job) => {
      const ended = AbortSignal.any([signal, this.model.replaced]);
      return work(this.session, async () => {
        await job.yieldTurn();
        ended.throwIfAborted();
      });
    });
  }
}

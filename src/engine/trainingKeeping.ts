// Stores an unfinished training run: everything needed to continue to the same losses.
import type { TrainingSoFar } from '../core/training';
import type { BlobStore } from './blobStore';
import type { CurvePoint, TrainOptions } from './protocol/training';
import { StateKeeper } from './stateKeeper';

/** The state of a run so far. */
export interface KeptTraining extends TrainingSoFar {
  /** Fingerprint of its initial weights with their images. */
  readonly fingerprint: string;
  readonly options: TrainOptions;
  readonly curve: readonly CurvePoint[];
  readonly busySeconds: number;
}

/** A run to be resumed whose stored state is gone. */
export class TrainingGoneError extends Error {
  override readonly name = 'TrainingGoneError';
}

/** A run to be resumed that began on other weights or images than those in use. */
export class OtherWeightsError extends Error {
  override readonly name = 'OtherWeightsError';
}

/** The training runs in a store. */
export class TrainingKeeper extends StateKeeper<KeptTraining> {
  constructor(store: BlobStore) {
    super(store, 'training');
  }
}

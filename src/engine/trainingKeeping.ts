// What is kept of a training run that is not over: all that it takes to go on to the same losses.
import type { TrainingSoFar } from '../core/training';
import type { BlobStore } from './blobStore';
import type { CurvePoint, TrainOptions } from './protocol/training';
import { StateKeeper } from './stateKeeper';

/** A run as far as it has come. */
export interface KeptTraining extends TrainingSoFar {
  /** Of the weights that it began on, with their images. */
  readonly fingerprint: string;
  readonly options: TrainOptions;
  readonly curve: readonly CurvePoint[];
  readonly busySeconds: number;
}

/** A run that shall go on and of which nothing is kept any more. */
export class TrainingGoneError extends Error {
  override readonly name = 'TrainingGoneError';
}

/** A run that shall go on and began on other weights or images than those in use. */
export class OtherWeightsError extends Error {
  override readonly name = 'OtherWeightsError';
}

/** The runs of training kept in a store. */
export class TrainingKeeper extends StateKeeper<KeptTraining> {
  constructor(store: BlobStore) {
    super(store, 'training');
  }
}

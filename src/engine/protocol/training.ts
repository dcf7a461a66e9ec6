// Training the network in use.
import type { Comparison } from '../../core/accuracy';
import type { CheckpointInfo, LoadedNetwork } from '../../core/foundNetwork';
import type { TrainOptions } from '../../core/trainOptions';
import type { Proportion } from '../../math/statistics';

export type { Comparison } from '../../core/accuracy';
export type { TrainOptions } from '../../core/trainOptions';

/** A point of the training curves; validation accuracy only at the end of an epoch. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validation?: number;
}

/**
 * One report while training. Loss and accuracy are means over the training images since the last report; when answers are
 * learned, accuracy is the share of images on which both networks name the same class.
 */
export interface TrainProgress {
  /** `paused` is said once no step follows. */
  readonly state: 'running' | 'paused';
  readonly step: number;
  readonly steps: number;
  /** Epochs done, as a fraction. */
  readonly epoch: number;
  /** Over the images since the last ones that were read; both NaN before the first are. */
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  /** What keeps the steps from being compiled, on a backend that compiles them. */
  readonly composed?: string;
  /** Measured on the validation split at the end of an epoch. */
  readonly validation?: Proportion;
  /** The step that the run can go on from at another visit; and why it could not, if so. */
  readonly kept?: number;
  readonly notKept?: string;
  /** The curve before this report, of a run that goes on. */
  readonly curve?: readonly CurvePoint[];
}

export interface TrainOutcome {
  readonly reason: 'finished' | 'stopped' | 'diverged';
  /** What happened, in words, for `diverged`: the step, the last finite loss, what to try. Empty otherwise. */
  readonly message: string;
  readonly steps: number;
  /**
   * Weights in use before against trained ones, on validation images, as the page measures the policy trained for, or in
   * float. Absent after divergence.
   */
  readonly comparison?: Comparison;
  /** Fingerprints of both; `network` has one of them. */
  readonly former: string;
  readonly trained?: string;
  /** What is in use now. */
  readonly network: LoadedNetwork;
  /** Why the trained weights will not be there at the next visit. */
  readonly notKept?: string;
  /** Another tab has trained this network meanwhile; its weights are set aside. */
  readonly elsewhere?: boolean;
}

/** Trained weights that are kept beside those in use. */
export interface KeptWeights extends Pick<CheckpointInfo, 'recipe' | 'trained'> {
  readonly fingerprint: string;
}

export interface TrainingCommands {
  /**
   * Trains the network in use; one run at a time. Canceling the request stops it. Trained weights that are worse than those
   * before are set aside, unless the run began with random ones and is better than chance. A run with a name is kept every
   * few seconds until it ends.
   */
  train: { params: TrainOptions & { readonly run?: string }; progress: TrainProgress; result: TrainOutcome };
  /** Goes on with a run that was cut off, on the weights and images that it began with. */
  resumeTraining: { params: { run: string }; progress: TrainProgress; result: TrainOutcome };
  pauseTraining: { params: { paused: boolean }; progress: never; result: null };
  /** Frees the room of a run that will not go on. */
  forgetTraining: { params: { run: string }; progress: never; result: null };
  /** Trained weights of the network and images in use that are kept beside those in use. */
  weightsAside: { params: Record<string, never>; progress: never; result: readonly KeptWeights[] };
}

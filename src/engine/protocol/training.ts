// Training the network in use.

import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import type { LoadedNetwork } from './opening';

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: 'cosine' | 'one-cycle';
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augment: boolean;
  /** Images of the training split used an epoch; all of them when larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
  /** Start from new random weights instead of those in use. */
  readonly fromScratch: boolean;
  /** Train under this policy's rounding (quantization-aware); float when absent. */
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  /** Under a policy: learn the labels, or to answer as the float network in use does, reading no labels. */
  readonly learnFrom?: 'labels' | 'float';
  /** Of the softmax of those answers, above 0; the higher, the more the small ones count. */
  readonly temperature?: number;
}

/**
 * One report while training. Loss and accuracy are means over the training images since the last report; when answers are
 * learned, accuracy is the share of images on which both networks name the same class.
 */
export interface TrainProgress {
  readonly state: 'running' | 'paused';
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  /** Measured on the validation split at the end of an epoch. */
  readonly validation?: Proportion;
}

export interface TrainOutcome {
  readonly reason: 'finished' | 'stopped' | 'diverged';
  /** What happened, in words, for `diverged`: the step, the last finite loss, what to try. Empty otherwise. */
  readonly message: string;
  readonly steps: number;
  readonly validation: Proportion;
  readonly network: LoadedNetwork;
  /** Why the trained weights will not be there at the next visit. */
  readonly notKept?: string;
}

export interface TrainingCommands {
  /** Trains the network in use; one run at a time. Canceling the request stops it and keeps the weights so far. */
  train: { params: TrainOptions; progress: TrainProgress; result: TrainOutcome };
  pauseTraining: { params: { paused: boolean }; progress: never; result: null };
}

// Runs of training as the page knows them, under way or cut off. storedTrainings.ts keeps them.
import type { DatasetId } from '../../data/registry';
import type { TrainOptions } from '../../engine/protocol/training';
import type { AnyNetworkId } from '../../zoo/registry';

/** One run, and how far it is kept. */
export interface TrainingRun {
  readonly id: string;
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  /** Of the weights in use when it began. */
  readonly fingerprint: string;
  readonly options: TrainOptions;
  /** The step it can go on from, of `steps`; 0 before it is kept first. */
  readonly step: number;
  readonly steps: number;
}

/** A run that was cut off, and what by. */
export interface InterruptedRun extends TrainingRun {
  readonly by: 'page' | 'engine';
}

/** A run that another tab is at. */
export type RunElsewhere = Pick<TrainingRun, 'id' | 'networkId' | 'datasetId'>;

// Training runs as the page lists them, running or interrupted. store/train/storage.ts stores them.
import type { DatasetId } from '../../data/registry';
import type { TrainOptions } from '../../engine/protocol/training';
import type { AnyNetworkId } from '../../zoo/registry';

/** One run, and how far it is stored. */
export interface TrainingRun {
  readonly id: string;
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  /** Fingerprint of the weights that it started from. */
  readonly fingerprint: string;
  readonly options: TrainOptions;
  /** The step, of `steps`, from which it can be resumed; 0 before it is first stored. */
  readonly step: number;
  readonly steps: number;
}

/** An interrupted run, and the cause. */
export interface InterruptedRun extends TrainingRun {
  readonly by: 'page' | 'engine';
}

/** A run active in another tab. */
export type RunElsewhere = Pick<TrainingRun, 'id' | 'networkId' | 'datasetId'>;

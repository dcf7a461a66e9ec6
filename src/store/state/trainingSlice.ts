// Training as the desk shows it.
import type { CurvePoint, KeptWeights, TrainProgress } from '../../engine/protocol/training';
import { INITIAL_TRAINING_OPTIONS, type TrainingOptions } from '../../options/training';
import type { Outcome } from './outcomeWords';
import type { InterruptedRun, RunElsewhere, TrainingRun } from './trainingRun';

export interface TrainingSlice {
  readonly trainingOptions: TrainingOptions;
  /** `pausing` until the engine reports that no step follows. */
  readonly training: (Omit<TrainProgress, 'state'> & { readonly state: TrainProgress['state'] | 'pausing' }) | null;
  /** True from pressing Start until the outcome. */
  readonly trainingActive: boolean;
  /** The current run, as far as it is stored, and why its later steps could not be stored, if so. */
  readonly run: TrainingRun | null;
  readonly trainingNotKept: string | null;
  readonly curve: readonly CurvePoint[];
  readonly outcome: Outcome | null;
  /** Interrupted runs of the network and images in use. */
  readonly interrupted: readonly InterruptedRun[];
  /** Runs active in other tabs. */
  readonly trainedElsewhere: readonly RunElsewhere[];
  /** Trained weights stored in this browser, other than those in use. */
  readonly weightsAside: readonly KeptWeights[];
}

export const INITIAL_TRAINING: TrainingSlice = {
  trainingOptions: INITIAL_TRAINING_OPTIONS,
  training: null,
  trainingActive: false,
  curve: [],
  run: null,
  trainingNotKept: null,
  outcome: null,
  interrupted: [],
  trainedElsewhere: [],
  weightsAside: [],
};

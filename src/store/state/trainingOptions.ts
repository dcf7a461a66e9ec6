// The options for the next training run.
import { type NumberRange, TRAINING_RANGES, type TrainOptions } from '../../engine/protocol/training';

/** Options of a run, except for the policy on the faders, under which QAT trains. */
export type TrainingOptions = Required<Omit<TrainOptions, 'policy' | 'scheme' | 'progressive'>> & {
  readonly quantizationAware: boolean;
};

export const INITIAL_TRAINING_OPTIONS: TrainingOptions = {
  epochs: 5,
  batchSize: 64,
  learningRate: 0.05,
  schedule: 'cosine',
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0,
  augment: true,
  imagesPerEpoch: 2000,
  seed: 1,
  fromScratch: false,
  quantizationAware: true,
  learnFrom: 'labels',
  temperature: 4,
};

/** The valid range of a numeric option. */
export function trainingRange(option: keyof typeof TRAINING_RANGES): NumberRange {
  return TRAINING_RANGES[option];
}

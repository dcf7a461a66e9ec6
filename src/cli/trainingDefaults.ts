// The defaults of the learning commands. Runs are longer than on the page, where users wait.
import { IMPROVED_ROUNDING_RECIPE, type TrainingOptions } from '../options/training';

const { imagesPerEpoch: _, ...recipe } = IMPROVED_ROUNDING_RECIPE;

export const trainingDefaults = {
  train: {
    learningRate: 0.1,
    schedule: 'one-cycle',
    weightDecay: 5e-4,
    labelSmoothing: 0.05,
    epochs: 10,
    batchSize: 64,
  },
  /** From float weights: no warm-up, and steps small enough not to forget them. */
  '--qat': {
    learningRate: 0.02,
    schedule: 'cosine',
    weightDecay: 5e-4,
    labelSmoothing: 0.05,
    learnFrom: 'labels',
    temperature: 2,
    epochs: 10,
    batchSize: 64,
  },
  /** From chosen codes. */
  '--qat --rounding': { ...recipe, labelSmoothing: 0.05, epochs: 10 },
  /** The teacher's predictions are the only target; nothing pulls weights toward zero. */
  distil: { learningRate: 0.02, schedule: 'cosine', weightDecay: 0, temperature: 2, epochs: 10, batchSize: 64 },
} as const satisfies Readonly<Record<string, Partial<TrainingOptions>>>;

export type TrainingCommand = keyof typeof trainingDefaults;

// What the commands that learn take where a flag is absent. Runs are longer than on the page, where somebody waits.
import type { TrainingOptions } from '../../src/options/training';

export const trainingDefaults = {
  train: {
    learningRate: 0.1,
    schedule: 'one-cycle',
    weightDecay: 5e-4,
    labelSmoothing: 0.05,
    epochs: 10,
    batchSize: 64,
  },
  /** From float weights: no warm-up, and steps that do not forget them. */
  '--qat': {
    learningRate: 0.02,
    schedule: 'cosine',
    weightDecay: 5e-4,
    labelSmoothing: 0.05,
    epochs: 10,
    batchSize: 64,
  },
  /** The teacher's answers are all there is to learn; nothing pulls weights toward zero. */
  distil: { learningRate: 0.02, schedule: 'cosine', weightDecay: 0, temperature: 2, epochs: 10, batchSize: 64 },
} as const satisfies Readonly<Record<string, Partial<TrainingOptions>>>;

export type TrainingCommand = keyof typeof trainingDefaults;

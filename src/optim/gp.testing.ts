// A process with three tasks and six observations; several tests share its reference values.
import type { GpModel, Observation, Point } from './gp';

export const multiTask: GpModel = {
  kernel: 'rbf',
  lengthscales: [0.3, 0.5],
  outputScale: 1.2,
  mean: [0.5],
  noise: [0.05],
  tasks: {
    factors: [
      [0.9, 0.1],
      [0.8, 0.3],
      [0.7, 0.5],
    ],
    diagonal: [0.05, 0.1, 0.2],
  },
};

export const multiTaskData: readonly Observation[] = [
  { input: [0, 0], task: 0, value: 0.1 },
  { input: [1, 0.2], task: 0, value: 0.55 },
  { input: [0.5, 0.5], task: 0, value: 0.4 },
  { input: [0.2, 0.9], task: 1, value: 0.62 },
  { input: [0.8, 0.8], task: 1, value: 0.81 },
  { input: [0.5, 0.5], task: 2, value: 0.58 },
];

/** The inputs of the reference values. */
export const targetInputs: readonly (readonly number[])[] = [
  [0.5, 0.5],
  [0, 1],
  [0.9, 0.4],
];

export const targets = (task: number): Point[] => targetInputs.map((input) => ({ input, task }));

// Distillation without labels: a quantized student learns the outputs of the float network that it starts from. Loop,
// settings and metrics are those of train.ts; the target is the teacher's softmax output, not a label. Reference: G.
// Hinton et al., arXiv 1503.02531; for quantized students DSConv, arXiv 1901.01928, which gives no recipe.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import type { Rounding } from '../rounding/rounding';
import type { StepsFor } from './sharedSteps';
import { type DescentSettings, type StepMetrics, type TrainState, train } from './train';
import { unlabeledTraining } from './unlabeled';

export interface DistillSettings extends DescentSettings {
  /**
   * Distillation temperature `T` on both sides, above 0; higher values weight the teacher's small probabilities more.
   */
  readonly temperature: number;
  /** As in `TrainSettings`. */
  readonly progressive?: boolean;
}

/**
 * Trains `network` under a policy's rounding to answer as the float network `teacher` does, on the training images without
 * their labels, and returns the student with its batch norms re-estimated under that rounding. The student starts from
 * `network`, by default the teacher. `accuracy` in the metrics is the share of images on which both predict the same class.
 * Yields after every step.
 * @param from state of another run with the same arguments, to continue from
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* distill(
  network: Network,
  dataset: Dataset,
  settings: DistillSettings,
  quantAware: Rounding,
  from?: TrainState,
  teacher = network,
  stepsFor?: StepsFor,
): AsyncGenerator<StepMetrics, Network, void> {
  const { temperature } = settings;
  const unlabeled = unlabeledTraining(dataset);
  const goal = { teacher, temperature };
  return yield* train(network, unlabeled, { ...settings, labelSmoothing: 0 }, quantAware, from, goal, stepsFor);
}

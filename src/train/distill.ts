// Distillation without labels: a quantized student learns the outputs of the float network that it starts from. Loop,
// settings and metrics are those of train.ts; the target is the teacher's softmax output, not a label. Reference: G.
// Hinton et al., arXiv 1503.02531; for quantized students DSConv, arXiv 1901.01928, which gives no recipe.
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { Inference } from '../nn/inference';
import { floatRounding, type Rounding } from '../rounding/rounding';
import { type BatchGoal, type DescentSettings, type GoalOf, type StepMetrics, type TrainState, train } from './train';
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
 * `T^2 mean_n sum_c p_c (log p_c - log q_c)` with `p = softmax(teacher / T)`, `q = softmax(student / T)`, logits [n,
 * classes]: the Kullback-Leibler divergence in nats, 0 if both outputs are equal. `T^2` keeps the gradient's scale as
 * `T` grows (Hinton et al., section 2). The caller owns arguments and result.
 */
export function distillationLoss(teacher: tf.Tensor2D, student: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const wanted = tf.logSoftmax(tf.div<tf.Tensor2D>(teacher, temperature));
    const given = tf.logSoftmax(tf.div<tf.Tensor2D>(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)), 1);
    return tf.mul(tf.mean(divergence), temperature * temperature) as tf.Scalar;
  });
}

/** The float network's logits for a batch. */
function teacherGoal(teacher: Inference, images: tf.Tensor4D, temperature: number): BatchGoal {
  const { logits } = teacher.run(() => images.clone());
  return {
    loss: (student) => distillationLoss(logits, student, temperature),
    answers: tf.argMax(logits, 1),
    kept: [logits],
  };
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
): AsyncGenerator<StepMetrics, Network, void> {
  const teaching = new Inference(teacher);
  try {
    teaching.configure(floatRounding(teacher));
    const goal: GoalOf = (batch) => teacherGoal(teaching, batch, settings.temperature);
    const unlabeled = unlabeledTraining(dataset);
    return yield* train(network, unlabeled, { ...settings, labelSmoothing: 0 }, quantAware, from, goal);
  } finally {
    teaching.dispose();
  }
}

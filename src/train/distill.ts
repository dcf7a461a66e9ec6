// Distillation without labels: a quantized student learns to answer as the float network that it comes from. The loop,
// its settings and its metrics are those of train.ts; what is learned from is the teacher's soft answer, not a label.
// Reference: G. Hinton et al., arXiv 1503.02531; for quantized students DSConv, arXiv 1901.01928, which gives no recipe.
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { createRng } from '../math/rng';
import { Inference } from '../nn/inference';
import { Trainable } from '../nn/trainable';
import { floatRounding, type Rounding } from '../rounding/rounding';
import { reestimate, reestimationImages } from './batchNorm';
import { type BatchGoal, type DescentSettings, descend, type GoalOf, type StepMetrics, type TrainState } from './train';
import { unlabeledTraining } from './unlabeled';

export interface DistillSettings extends DescentSettings {
  /** `T` of the softmax on both sides, above 0; the higher, the more the small answers of the teacher count. */
  readonly temperature: number;
}

/**
 * `T^2 mean_n sum_c p_c (log p_c - log q_c)` with `p = softmax(teacher / T)`, `q = softmax(student / T)`, logits
 * [n, classes]: the Kullback-Leibler divergence in nats, 0 when both answer alike. `T^2` keeps the gradient's size as `T`
 * grows (Hinton et al., section 2). The caller owns arguments and result.
 */
export function distillationLoss(teacher: tf.Tensor2D, student: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const wanted = tf.logSoftmax(tf.div<tf.Tensor2D>(teacher, temperature));
    const given = tf.logSoftmax(tf.div<tf.Tensor2D>(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)), 1);
    return tf.mul(tf.mean(divergence), temperature * temperature) as tf.Scalar;
  });
}

/** What the float network answers to a batch. */
function teacherGoal(teacher: Inference, images: tf.Tensor4D, temperature: number): BatchGoal {
  const { logits } = teacher.run(() => images.clone());
  return {
    loss: (student) => distillationLoss(logits, student, temperature),
    answers: tf.argMax(logits, 1),
    kept: [logits],
  };
}

/**
 * Teaches `network` under a policy's rounding to answer as it does in float, on the training images without their labels,
 * and returns the student with its batch norms re-estimated under that rounding. The student starts from the float weights.
 * `accuracy` in the metrics is the share of images on which both name the same class. Yields after every step.
 * @param from goes on from where another run of the same arguments stood
 * @throws DivergenceError when the loss is no longer a number.
 */
export async function* distill(
  network: Network,
  dataset: Dataset,
  settings: DistillSettings,
  quantAware: Rounding,
  from?: TrainState,
): AsyncGenerator<StepMetrics, Network, void> {
  const images = unlabeledTraining(dataset);
  const student = new Trainable(network, quantAware);
  const teacher = new Inference(network);
  try {
    teacher.configure(floatRounding(network));
    const rng = createRng(settings.seed);
    const goalOf: GoalOf = (batch) => teacherGoal(teacher, batch, settings.temperature);
    yield* descend(student, images, settings, rng, goalOf, undefined, from);
    reestimate(student, images, reestimationImages(network, images));
    return await student.read();
  } finally {
    student.dispose();
    teacher.dispose();
  }
}

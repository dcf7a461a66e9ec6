// What a batch is trained toward: its labels, or the outputs of another network.
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../graph/network';
import { distillationLoss } from '../nn/distillation';
import { Inference } from '../nn/inference';
import type { Loss } from '../nn/stepSums';
import { floatRounding } from '../rounding/rounding';

/** The target of one batch. */
export interface BatchGoal {
  readonly loss: Loss;
  /** The correct class for each image, int32 [n]; the caller of `GoalOf` disposes it after the step. */
  readonly answers: tf.Tensor1D;
  /** Logits of the teacher, if there is one; among `kept`. */
  readonly teacher?: tf.Tensor2D;
  /** Other tensors that `loss` reads; the caller disposes them after the step. */
  readonly kept: readonly tf.Tensor[];
}

/** Makes the goal of a batch [n, h, w, 3] from its images and labels; the caller owns the images. */
export type GoalOf = (images: tf.Tensor4D, labels: Uint8Array) => BatchGoal;

/** A goal as plain data: the labels, or the float network `teacher`'s outputs at a temperature. */
export type Goal = { readonly labelSmoothing: number } | { readonly teacher: Network; readonly temperature: number };

/** A goal in use. */
export interface OpenGoal {
  readonly of: GoalOf;
  dispose(): void;
}

/** Starts to use a goal on images of `classes` classes. */
export function openGoal(goal: Goal, classes: number): OpenGoal {
  if ('labelSmoothing' in goal)
    return { of: (_, labels) => labelGoal(labels, classes, goal.labelSmoothing), dispose: () => {} };
  const teacher = new Inference(goal.teacher);
  try {
    teacher.configure(floatRounding(goal.teacher));
  } catch (error) {
    teacher.dispose();
    throw error;
  }
  return { of: (images) => teacherGoal(teacher, images, goal.temperature), dispose: () => teacher.dispose() };
}

/**
 * Cross-entropy with label smoothing: `-sum_c t_c log softmax(z)_c`, averaged over images, with
 * `t = (1 - smoothing) onehot(label) + smoothing / classes`.
 */
export function labelGoal(labels: Uint8Array, classes: number, smoothing: number): BatchGoal {
  const answers = tf.tensor1d(Int32Array.from(labels), 'int32');
  const loss = (logits: tf.Tensor2D) =>
    tf.tidy(() => {
      const hard = tf.oneHot(answers, classes);
      const target = tf.add(tf.mul(tf.cast(hard, 'float32'), 1 - smoothing), smoothing / classes);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))) as tf.Scalar;
    });
  return { loss, answers, kept: [] };
}

/** The float network's logits for a batch. */
function teacherGoal(teacher: Inference, images: tf.Tensor4D, temperature: number): BatchGoal {
  const { logits } = teacher.run(() => images.clone());
  return {
    loss: (student) => distillationLoss(logits, student, temperature),
    answers: tf.argMax(logits, 1),
    teacher: logits,
    kept: [logits],
  };
}

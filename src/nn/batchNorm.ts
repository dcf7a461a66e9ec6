// Batch norm with batch statistics and our own gradient: tfjs' gradient uses `tile` and takes most of a training step.
import * as tf from '@tensorflow/tfjs-core';
import { batchMoments, batchNormalize, batchNormGrad } from './kernels/batchNormHeap';

/** Mean and biased variance of each channel of x [..., c], without gradient. The caller owns both. */
function moments(x: tf.Tensor): [mean: tf.Tensor1D, variance: tf.Tensor1D] {
  if (tf.getKernel(batchMoments.name, tf.getBackend()) !== undefined)
    return tf.engine().runKernel(batchMoments.name, { x }) as unknown as [tf.Tensor1D, tf.Tensor1D];
  const flat = tf.reshape(x, [-1, x.shape[x.shape.length - 1]]);
  const mean = tf.mean<tf.Tensor1D>(flat, 0);
  return [mean, tf.mean<tf.Tensor1D>(tf.squaredDifference(flat, mean), 0)];
}

function normalized(
  x: tf.Tensor,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  beta: tf.Tensor1D,
  gamma: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  if (tf.getKernel(batchNormalize.name, tf.getBackend()) !== undefined)
    return tf.engine().runKernel(batchNormalize.name, { x, mean, variance, gamma, beta }, { epsilon });
  return tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
}

function gradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  gamma: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
) {
  if (tf.getKernel(batchNormGrad.name, tf.getBackend()) !== undefined)
    return tf
      .engine()
      .runKernel(batchNormGrad.name, { x, dy, gamma, mean, variance }, { epsilon }) as unknown as tf.Tensor[];
  return tf.tidy(() => {
    const channels = gamma.size;
    const count = x.size / channels;
    const flatDy = tf.reshape(dy, [-1, channels]);
    const centered = tf.sub(tf.reshape(x, [-1, channels]), mean);
    const r = tf.rsqrt(tf.add(variance, epsilon));
    const product = tf.sum(tf.mul(flatDy, centered), 0);
    const dBeta = tf.sum(flatDy, 0);
    const slope = tf.div(tf.mul(tf.square(r), product), count);
    const inner = tf.sub(tf.sub(flatDy, tf.div(dBeta, count)), tf.mul(centered, slope));
    return [tf.reshape(tf.mul(inner, tf.mul(gamma, r)), x.shape), tf.mul(product, r), dBeta];
  });
}

/** Normalized activations, and the batch statistics used for them. */
export interface BatchNormResult {
  readonly y: tf.Tensor;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * `gamma (x - mean) / sqrt(variance + epsilon) + beta` with the batch's own mean and biased variance per channel.
 * Differentiable in x, gamma, beta. The caller owns arguments and results.
 */
export function batchNormTrain(x: tf.Tensor, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): BatchNormResult {
  const [mean, variance] = tf.tidy(() => moments(x));
  const normalize = tf.customGrad((...args) => {
    const [input, g, b, save] = args as unknown as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    // Saved, not captured: tensors of the forward pass are disposed before the backward pass runs.
    save([input, g, mean, variance]);
    return {
      value: normalized(input, mean, variance, b, g, epsilon),
      gradFunc: (dy: tf.Tensor, [input, g, mean, variance]: tf.Tensor[]) =>
        gradient(input, dy, g, mean, variance, epsilon),
    };
  });
  return { y: normalize(x, gamma, beta), mean, variance };
}

// One step of Adam on a variable, with bias correction and L2 decay added to the gradient, as PyTorch's Adam.
// Reference: D. Kingma, J. Ba, arXiv 1412.6980.
import * as tf from '@tensorflow/tfjs-core';

export interface AdamOptions {
  readonly learningRate: number;
  readonly betas: readonly [first: number, second: number];
  readonly weightDecay: number;
}

const EPSILON = 1e-8;
/** Gradients of logarithms of steps are small: 1e-8 would slow down those of 8 bits. */
const TINY = 1e-12;

/** Running means of a variable's gradient and of its square, starting at 0. */
export interface AdamMoments {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/** Updates `weights` and `moments`; `step` counts from 1. The caller owns all. */
export function adamUpdate(
  weights: tf.Variable,
  { first, second }: AdamMoments,
  gradient: tf.Tensor,
  { learningRate, betas: [beta1, beta2], weightDecay }: AdamOptions,
  step: number,
): void {
  tf.tidy(() => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weights, weightDecay));
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const deviation = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** step)), EPSILON);
    weights.assign(tf.sub(weights, tf.mul(tf.div(first, deviation), learningRate / (1 - beta1 ** step))));
  });
}

/** Adam's betas for what moves by its logarithm: a second moment that is right within tens of steps. */
const LOGARITHM_BETAS = [0.9, 0.99] as const;

/**
 * One step of Adam on the logarithm of positive numbers: the gradient by it is `x dL/dx`, and each moves by about `rate` of itself
 * at most, however small it is. The caller owns all.
 */
export function adamLogarithm(
  numbers: tf.Variable,
  { first, second }: AdamMoments,
  gradient: tf.Tensor,
  rate: number,
  step: number,
): void {
  const [beta1, beta2] = LOGARITHM_BETAS;
  tf.tidy(() => {
    const g = tf.mul(gradient, numbers);
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
    const deviation = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** step)), TINY);
    numbers.assign(tf.mul(numbers, tf.exp(tf.mul(tf.div(first, deviation), -rate / (1 - beta1 ** step)))));
  });
}

// A quantizer's forward pass with the gradient that its paper publishes.
import * as tf from '@tensorflow/tfjs-core';

/** The result of the forward pass: the values, and the tensors that the gradient needs. */
export interface Rounded {
  readonly value: tf.Tensor;
  readonly kept: readonly tf.Tensor[];
}

/**
 * `forward(...inputs).value`, with `gradient(dy, kept)` as its gradients, one per input. Kept tensors survive the tidy
 * of the forward pass; captured ones would not.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Rounded,
  gradient: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.Tensor[],
): T {
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const { value, kept } = forward(...(args as tf.Tensor[]));
    save([...kept]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved) };
  });
  return operation(...inputs) as T;
}

/**
 * 1 where a condition holds, else 0. tfjs' WebGPU backend casts by relabeling the condition's integers, and transposing
 * them, and so summing along any axis but the last, then fails to compile. The product converts them to floats.
 */
export function mask(condition: tf.Tensor): tf.Tensor {
  return tf.mul(tf.cast(condition, 'float32'), 1);
}

// One step of stochastic gradient descent on a variable: Nesterov momentum with L2 decay, as PyTorch's SGD.
import * as tf from '@tensorflow/tfjs-core';
import { sgdStep } from './kernels/sgdHeap';

export interface SgdOptions {
  readonly learningRate: number;
  readonly momentum: number;
  /** L2 decay of kernels, and of PACT's clips as in its paper; biases, batch norms, steps and scales have none. */
  readonly weightDecay: number;
}

/**
 * PACT (arXiv 1805.06085) decays its clips with the weights' factor, which balances the gradient of the few clipped
 * numbers.
 */
export function decays(name: string): boolean {
  return name.endsWith('.kernel') || name.includes('.input@pact/');
}

/**
 * `g += decay w; v = momentum v + g; w -= rate (g + momentum v)`: updates `weights` and `velocity`. The caller owns
 * all.
 */
export function sgdUpdate(
  weights: tf.Variable,
  velocity: tf.Variable,
  gradient: tf.Tensor,
  options: SgdOptions,
  decaying: boolean,
): void {
  const { learningRate: rate, momentum } = options;
  const decay = decaying ? options.weightDecay : 0;
  if (tf.getKernel(sgdStep.name, tf.getBackend()) !== undefined) {
    const [newWeights, newVelocity] = tf
      .engine()
      .runKernel(sgdStep.name, { weights, gradient, velocity }, { rate, momentum, decay }) as unknown as tf.Tensor[];
    weights.assign(newWeights);
    velocity.assign(newVelocity);
    tf.dispose([newWeights, newVelocity]);
    return;
  }
  tf.tidy(() => {
    const g = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, decay));
    const v = tf.add(tf.mul(velocity, momentum), g);
    velocity.assign(v);
    weights.assign(tf.sub(weights, tf.mul(tf.add(g, tf.mul(v, momentum)), rate)));
  });
}

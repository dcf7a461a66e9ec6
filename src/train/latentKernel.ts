// A kernel whose rounding is learned: each weight has its chosen level or the neighbor, whichever its latent number is
// nearer to. The gradient passes straight through this rounding, so that small steps add up until a weight moves.
// Reference: Y. Bengio et al., arXiv 1308.3432 (straight-through estimator).
import * as tf from '@tensorflow/tfjs-core';
import { type AdamMoments, adamUpdate } from '../nn/adam';
import type { UpOrDown } from '../rounding/choosing/upOrDown';

const BETAS = [0.9, 0.999] as const;
/** A latent number starts where its float weight is, but no nearer to moving than this; weights move at 0.5. */
const NEAREST_START = 0.45;

const moved = (latent: tf.Tensor): tf.Tensor => tf.cast(tf.greater(latent, 0.5), 'float32');

const straightThrough = tf.customGrad((...args) => {
  const [latent] = args as tf.Tensor[];
  return { value: moved(latent), gradFunc: (dy: tf.Tensor) => dy };
});

/** One kernel whose rounding is learned. Dispose it when done. */
export class LatentKernel {
  /** Position of each weight on the way from its chosen level, 0, to the neighbor, 1. */
  readonly latent: tf.Variable;
  private readonly moments: AdamMoments;
  private readonly chosen: tf.Tensor;
  private readonly apart: tf.Tensor;

  /** @param weights Float weights, in the kernel's order. */
  constructor(weights: Float32Array, { chosen, other }: UpOrDown, shape: readonly number[]) {
    const apart = other.map((v, i) => v - chosen[i]);
    const start = apart.map((way, i) => {
      const at = way === 0 ? 0 : (weights[i] - chosen[i]) / way;
      return Math.min(NEAREST_START, Math.max(-NEAREST_START, at));
    });
    const variable = (values: Float32Array, trainable: boolean) =>
      tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trainable));
    this.latent = variable(start, true);
    this.moments = {
      first: variable(new Float32Array(start.length), false),
      second: variable(new Float32Array(start.length), false),
    };
    this.chosen = tf.tensor(chosen, [...shape]);
    this.apart = tf.tensor(apart, [...shape]);
  }

  /** The kernel as it is being learned. Call inside `tf.tidy`. */
  rounded(): tf.Tensor {
    return tf.add(this.chosen, tf.mul(this.apart, straightThrough(this.latent)));
  }

  /** The kernel as it was chosen before. The caller does not own it. */
  before(): tf.Tensor {
    return this.chosen;
  }

  /** 1 for each weight that moves to its neighbor, in the kernel's order. */
  async moves(): Promise<Uint8Array> {
    return Uint8Array.from(await this.latent.data(), (at) => (at > 0.5 ? 1 : 0));
  }

  /** One step of Adam; `step` counts from 1. */
  descend(gradient: tf.Tensor, learningRate: number, step: number): void {
    adamUpdate(this.latent, this.moments, gradient, { learningRate, betas: BETAS, weightDecay: 0 }, step);
  }

  dispose(): void {
    tf.dispose([this.latent, this.moments.first, this.moments.second, this.chosen, this.apart]);
  }
}

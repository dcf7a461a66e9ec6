// A kernel between two roundings, for learned rounding: each weight is its chosen level plus a share of the way to the
// neighbor, and the share is learned until it is 0 or 1.
// Reference: AdaRound, arXiv 2004.10568, eq. 23-24 (rectified sigmoid, regularizer).
import * as tf from '@tensorflow/tfjs-core';
import { type AdamMoments, adamUpdate } from '../nn/adam';
import type { UpOrDown } from '../rounding/choosing/upOrDown';

/** Share of the neighbor that learning starts from: so small that the start is nearly what was chosen. */
const START = 0.05;
const BETAS = [0.9, 0.999] as const;

/** `clip(1.2 sigmoid(v) - 0.1, 0, 1)`. */
const shareOf = (logits: tf.Tensor): tf.Tensor => tf.clipByValue(tf.sub(tf.mul(tf.sigmoid(logits), 1.2), 0.1), 0, 1);

/** One kernel whose rounding is learned. Dispose it when done. */
export class SoftKernel {
  readonly logits: tf.Variable;
  private readonly moments: AdamMoments;
  private readonly chosen: tf.Tensor;
  private readonly apart: tf.Tensor;

  constructor(
    levels: UpOrDown,
    readonly shape: readonly number[],
  ) {
    const logit = Math.log((START + 0.1) / (1.1 - START));
    const variable = (value: number, trainable: boolean) =>
      tf.tidy(() => tf.variable(tf.fill([...shape], value), trainable));
    this.logits = variable(logit, true);
    this.moments = { first: variable(0, false), second: variable(0, false) };
    this.chosen = tf.tensor(levels.chosen, [...shape]);
    this.apart = tf.tensor(
      levels.other.map((v, i) => v - levels.chosen[i]),
      [...shape],
    );
  }

  /** The kernel as it is being learned, differentiable in the logits. Call inside `tf.tidy`. */
  soft(): tf.Tensor {
    return tf.add(this.chosen, tf.mul(this.apart, shareOf(this.logits)));
  }

  /** The kernel as it was chosen before. The caller does not own it. */
  before(): tf.Tensor {
    return this.chosen;
  }

  /** The kernel with every share rounded. Call inside `tf.tidy`. */
  hard(): tf.Tensor {
    return tf.add(this.chosen, tf.mul(this.apart, tf.cast(tf.greater(this.logits, 0), 'float32')));
  }

  /** 1 for each weight that moves to its neighbor, in the kernel's order. */
  async moves(): Promise<Uint8Array> {
    return Uint8Array.from(await this.logits.data(), (v) => (v > 0 ? 1 : 0));
  }

  /** `sum of 1 - |2 share - 1|^power`: how undecided the kernel is. Call inside `tf.tidy`. */
  undecided(power: number): tf.Scalar {
    const decided = tf.abs(tf.sub(tf.mul(shareOf(this.logits), 2), 1));
    return tf.sum(tf.sub(1, tf.pow(decided, power)));
  }

  /** One step of Adam; `step` counts from 1. */
  descend(gradient: tf.Tensor, learningRate: number, step: number): void {
    adamUpdate(this.logits, this.moments, gradient, { learningRate, betas: BETAS, weightDecay: 0 }, step);
  }

  dispose(): void {
    tf.dispose([this.logits, this.moments.first, this.moments.second, this.chosen, this.apart]);
  }
}

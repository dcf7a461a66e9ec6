// Weights that oscillate in quantization-aware training: with the straight-through gradient, a weight whose best value lies
// between two levels is pushed over the border by each of them. Damping pulls weights toward their levels; the frequency of
// oscillations is measured as published. Reference: M. Nagel et al., arXiv 2203.11086, section 3 and eq. 4-7.
import * as tf from '@tensorflow/tfjs-core';

/** Share of the newest step in a weight's frequency. */
const MOMENTUM = 0.01;
/** A weight oscillates if its frequency is above this, as in the paper's tables. */
export const OSCILLATING = 0.005;

interface Followed {
  readonly codes: tf.Variable;
  /** Sign of the last change of code; 0 before the first. */
  readonly direction: tf.Variable;
  readonly frequency: tf.Variable;
}

/** Follows the codes of kernels from step to step. Dispose when done. */
export class Oscillations {
  private readonly followed = new Map<string, Followed>();

  /**
   * The codes of a kernel at the next step. A change counts as an oscillation if it goes back on the change before it; the
   * frequency is a moving average of the oscillations.
   */
  observe(kernel: string, codes: tf.Tensor): void {
    const known = this.followed.get(kernel);
    tf.tidy(() => {
      if (known === undefined) {
        const zeros = () => tf.variable(tf.zerosLike(codes), false);
        this.followed.set(kernel, { codes: tf.variable(codes, false), direction: zeros(), frequency: zeros() });
        return;
      }
      const change = tf.sign(tf.sub(codes, known.codes));
      const back = tf.relu(tf.neg(tf.mul(change, known.direction)));
      known.frequency.assign(tf.add(tf.mul(known.frequency, 1 - MOMENTUM), tf.mul(back, MOMENTUM)));
      known.direction.assign(tf.add(change, tf.mul(known.direction, tf.sub(1, tf.abs(change)))));
      known.codes.assign(codes);
    });
  }

  /** Share of the followed weights that oscillate; 0 if none are followed. */
  async share(): Promise<number> {
    let [oscillating, weights] = [0, 0];
    for (const { frequency } of this.followed.values()) {
      const values = await frequency.data();
      weights += values.length;
      for (const f of values) if (f > OSCILLATING) oscillating++;
    }
    return weights === 0 ? 0 : oscillating / weights;
  }

  dispose(): void {
    for (const { codes, direction, frequency } of this.followed.values()) tf.dispose([codes, direction, frequency]);
    this.followed.clear();
  }
}

/**
 * Damping at `progress` in [0, 1] of a run, for `most` at its end: along half a cosine from 0, as in the paper, so that weights
 * find their levels before they are held there.
 */
export function dampingAt(most: number, progress: number): number {
  return (most * (1 - Math.cos(Math.PI * progress))) / 2;
}

// The preference of a differentiable search among a layer's candidates: one logit theta per candidate, and the shares
// that a softmax makes of them, with Gumbel noise and a temperature. Trained by Adam, separately from the weights.
// References: DNAS, arXiv 1812.00090; Gumbel-softmax, arXiv 1611.01144 and 1611.00712.
import * as tf from '@tensorflow/tfjs-core';
import { type AdamOptions, adamUpdate } from './adam';
import { VariableStore } from './variableStore';

/** Shares [candidates] of each layer that has several, by layer id; they sum to 1. */
export type Shares = ReadonlyMap<string, tf.Tensor1D>;

/** Noise [candidates] of each layer, by layer id: `-log(-log u)` with u uniform. */
export type Gumbel = ReadonlyMap<string, Float32Array>;

/** Dispose it when done. */
export class Mixture {
  private readonly store = new VariableStore();
  private readonly layers: readonly string[];

  /**
   * Thetas start at 0: all candidates have equal shares. `counts` are the numbers of candidates; layers with one have
   * no theta.
   */
  constructor(counts: ReadonlyMap<string, number>) {
    this.layers = [...counts.keys()].filter((id) => (counts.get(id) as number) > 1);
    for (const id of this.layers) {
      const zeros = { shape: [counts.get(id) as number], values: new Float32Array(counts.get(id) as number) };
      this.store.add(id, zeros, true);
      this.store.add(`${id}@second`, zeros, false);
    }
  }

  /** `softmax((theta + noise) / temperature)` of a layer; without noise the plain softmax. Call inside `tf.tidy`. */
  share(layer: string, temperature: number, noise?: Gumbel): tf.Tensor1D {
    const theta = this.store.get(layer) as tf.Tensor;
    const drawn = noise?.get(layer);
    const logits = drawn === undefined ? theta : tf.add(theta, tf.tensor1d(drawn));
    return tf.softmax(tf.div<tf.Tensor1D>(logits, temperature));
  }

  /** One step of Adam on `loss`; `step` counts from 1. Returns the loss, which the caller owns. */
  step(loss: () => tf.Scalar, options: AdamOptions, step: number): tf.Scalar {
    const { value, grads } = tf.variableGrads(loss, this.store.trainable());
    for (const id of this.layers) {
      const theta = this.store.get(id);
      const gradient = grads[theta.name];
      if (gradient === undefined || gradient === null) continue;
      const moments = { first: this.store.velocity(id), second: this.store.get(`${id}@second`) };
      adamUpdate(theta, moments, gradient, options, step);
      gradient.dispose();
    }
    return value;
  }

  /** Theta of each layer, by layer id. */
  async thetas(): Promise<Map<string, Float32Array>> {
    const thetas = new Map<string, Float32Array>();
    for (const id of this.layers) thetas.set(id, Float32Array.from(await this.store.get(id).data()));
    return thetas;
  }

  /** Thetas and Adam's moments. */
  state(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.store.state();
  }

  /** Restores a state. @throws Error if it belongs to another network or other candidates. */
  restore(state: ReadonlyMap<string, Float32Array>): void {
    this.store.restore(state);
  }

  dispose(): void {
    this.store.dispose();
  }
}

/**
 * `sum_l shares_l . costs_l` plus `fixed`, the cost of layers without a choice. Call inside `tf.tidy`; differentiable.
 */
export function expectedCost(shares: Shares, costs: ReadonlyMap<string, Float32Array>, fixed: number): tf.Scalar {
  const terms = [...shares].map(([id, share]) => tf.sum(tf.mul(share, tf.tensor1d(costs.get(id) as Float32Array))));
  return terms.reduce<tf.Tensor>((sum, term) => tf.add(sum, term), tf.scalar(fixed)) as tf.Scalar;
}

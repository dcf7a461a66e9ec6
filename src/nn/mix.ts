// Mixtures of tensors: a sum weighted by a distribution, differentiable in both.
import * as tf from '@tensorflow/tfjs-core';
import type { BitWidth } from '../graph/policy';
import { withGradient } from './quantizers/surrogate';

/** Sum of all numbers as [1], axis by axis: a sum of a million float32 numbers in a row would lose digits. */
function total(x: tf.Tensor): tf.Tensor {
  return tf.reshape(
    x.shape.reduce<tf.Tensor>((rest) => tf.sum(rest, -1), x),
    [1],
  );
}

/** `sum_k shares[k] parts[k]` of tensors of one shape; `shares` [k]. Call inside `tf.tidy`. */
export function mix<T extends tf.Tensor>(parts: readonly T[], shares: tf.Tensor1D): T {
  return withGradient<T>(
    [...parts, shares],
    (...inputs) => {
      const weights = inputs.pop() as tf.Tensor1D;
      const value = inputs
        .map((part, k) => tf.mul(part, tf.slice(weights, [k], [1])))
        .reduce((sum, term) => tf.add(sum, term));
      return { value, kept: [...inputs, weights] };
    },
    (dy, kept) => {
      const weights = kept[kept.length - 1] as tf.Tensor1D;
      const inputs = kept.slice(0, -1);
      return [
        ...inputs.map((_, k) => tf.mul(dy, tf.slice(weights, [k], [1]))),
        tf.concat1d(inputs.map((part) => total(tf.mul(dy, part)) as tf.Tensor1D)),
      ];
    },
  );
}

/** What a layer is rounded to in one pass: the index of a candidate, or shares [candidates] that mix all of them. */
export type Choice = number | tf.Tensor1D;

/**
 * What a choice gives, `widths` being those of all candidates: the tensor of one width, or all of them by their shares.
 * Candidates of equal width share a tensor. Call inside `tf.tidy`.
 */
export function mixWidths(widths: readonly BitWidth[], choice: Choice, make: (bits: BitWidth) => tf.Tensor): tf.Tensor {
  if (typeof choice === 'number') return make(widths[choice]);
  const distinct = [...new Set(widths)];
  if (distinct.length === 1) return make(distinct[0]);
  const shares = distinct.map((width) => {
    const has = tf.tensor1d(widths.map((other) => (other === width ? 1 : 0)));
    return tf.reshape<tf.Rank.R1>(tf.sum(tf.mul(choice, has)), [1]);
  });
  return mix(distinct.map(make), tf.concat1d(shares));
}

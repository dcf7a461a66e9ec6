// Mixtures of tensors: a sum weighted by a distribution, differentiable in both.
import * as tf from '@tensorflow/tfjs-core';
import { type BitWidth, type LayerBits, SKIPPED } from '../graph/policy';
import { withGradient } from './quantizers/surrogate';

/** Sum of all numbers as [1], axis by axis: summing a million float32 numbers in a row would lose digits. */
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

/** A layer's choice in one pass: the index of a candidate, or shares [candidates] that mix all of them. */
export type WidthChoice = number | tf.Tensor1D;

/** Sum of the shares [candidates] of the candidates for which `has` is true, as [1]. */
function shareOf(candidates: readonly LayerBits[], shares: tf.Tensor1D, has: (bits: LayerBits) => boolean) {
  const mask = tf.tensor1d(candidates.map((bits) => (has(bits) ? 1 : 0)));
  return tf.reshape<tf.Rank.R1>(tf.sum(tf.mul(shares, mask)), [1]);
}

/** Keeps a division by vanishing shares finite. */
const LEAST_SHARE = 1e-6;

/**
 * The result of a choice for a layer's weights or activations: the tensor of one width, or those of all candidates
 * weighted by their shares, without the candidate that skips the layer, which `stays` handles. Candidates of equal
 * width share a tensor. Call inside `tf.tidy`.
 */
export function mixWidths(
  candidates: readonly LayerBits[],
  part: keyof LayerBits,
  choice: WidthChoice,
  make: (bits: BitWidth) => tf.Tensor,
): tf.Tensor {
  if (typeof choice === 'number') return make(candidates[choice][part]);
  const there = candidates.filter(({ weights }) => weights !== SKIPPED);
  const distinct = [...new Set(there.map((bits) => bits[part]))];
  if (distinct.length === 1) return make(distinct[0]);
  const shares = distinct.map((width) =>
    shareOf(candidates, choice, (bits) => bits.weights !== SKIPPED && bits[part] === width),
  );
  const all = tf.concat1d(shares);
  return mix(
    distinct.map(make),
    there.length === candidates.length ? all : tf.div(all, tf.add(tf.sum(all), LEAST_SHARE)),
  );
}

/**
 * Share [1] of a layer's choice with which it is not skipped; undefined if it can never be skipped. It cannot be mixed
 * into the kernel, because the following batch norm would undo that. Call inside `tf.tidy`.
 */
export function stays(candidates: readonly LayerBits[], choice: WidthChoice): tf.Tensor1D | undefined {
  if (typeof choice === 'number' || candidates.every(({ weights }) => weights !== SKIPPED)) return undefined;
  return shareOf(candidates, choice, ({ weights }) => weights !== SKIPPED);
}

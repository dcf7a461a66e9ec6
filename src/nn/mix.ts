// Mixtures of tensors: a sum weighted by a distribution, differentiable in both.
import * as tf from '@tensorflow/tfjs-core';
import { type BitWidth, type LayerBits, SKIPPED } from '../graph/policy';
import { withGradient } from './quantizers/surrogate';
import type { Product } from './trainingPass';

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

const isThere = ({ weights }: LayerBits): boolean => weights !== SKIPPED;

/**
 * The tensors of the candidates' widths weighted by their shares, without the candidate that skips the layer, which `stays`
 * handles; if not all candidates are `among` those mixed, their shares sum to less than 1. Candidates of equal width share a
 * tensor. Call inside `tf.tidy`.
 */
export function mixWidths(
  candidates: readonly LayerBits[],
  part: keyof LayerBits,
  choice: tf.Tensor1D,
  make: (bits: BitWidth) => tf.Tensor,
  among: (bits: LayerBits) => boolean = () => true,
): tf.Tensor {
  const there = candidates.filter(isThere);
  const mixed = there.filter(among);
  const distinct = [...new Set(mixed.map((bits) => bits[part]))];
  if (distinct.length === 1 && mixed.length === there.length) return make(distinct[0]);
  const shares = tf.concat1d(
    distinct.map((width) =>
      shareOf(candidates, choice, (bits) => isThere(bits) && among(bits) && bits[part] === width),
    ),
  );
  if (there.length === candidates.length) return mix(distinct.map(make), shares);
  return mix(distinct.map(make), tf.div(shares, tf.add(shareOf(candidates, choice, isThere), LEAST_SHARE)));
}

/** Each result once. */
function once<T>(make: (bits: BitWidth) => T): (bits: BitWidth) => T {
  const made = new Map<BitWidth, T>();
  return (bits) => {
    const result = made.get(bits) ?? make(bits);
    made.set(bits, result);
    return result;
  };
}

/**
 * The products whose sum is a layer's result under a choice: `sum_k shares[k] (input at a_k) * (kernel at w_k)`, over pairs of
 * widths, so that (1, 4) with (4, 1) is another mixture than (1, 1) with (4, 4). A product for each width of the activations,
 * with a mixture of kernels, or of the weights, with a mixture of inputs, whichever are fewer. Call inside `tf.tidy`.
 */
export function mixPairs(
  candidates: readonly LayerBits[],
  choice: WidthChoice,
  input: (bits: BitWidth) => tf.Tensor,
  kernel: (bits: BitWidth) => tf.Tensor,
): Product[] {
  if (typeof choice === 'number') return [[input(candidates[choice].activations), kernel(candidates[choice].weights)]];
  const [inputOf, kernelOf] = [once(input), once(kernel)];
  const there = candidates.filter(isThere);
  const widths = (part: keyof LayerBits) => [...new Set(there.map((bits) => bits[part]))];
  const [activations, weights] = [widths('activations'), widths('weights')];
  if (activations.length <= weights.length)
    return activations.map((width) => [
      inputOf(width),
      mixWidths(candidates, 'weights', choice, kernelOf, (bits) => bits.activations === width),
    ]);
  return weights.map((width) => [
    mixWidths(candidates, 'activations', choice, inputOf, (bits) => bits.weights === width),
    kernelOf(width),
  ]);
}

/**
 * Share [1] of a layer's choice with which it is not skipped; undefined if it can never be skipped. It cannot be mixed
 * into the kernel, because the following batch norm would undo that. Call inside `tf.tidy`.
 */
export function stays(candidates: readonly LayerBits[], choice: WidthChoice): tf.Tensor1D | undefined {
  if (typeof choice === 'number' || candidates.every(({ weights }) => weights !== SKIPPED)) return undefined;
  return shareOf(candidates, choice, ({ weights }) => weights !== SKIPPED);
}

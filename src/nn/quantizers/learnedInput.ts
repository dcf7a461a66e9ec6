// Activations with a learned clip (PACT), step (LSQ), or scale and offset (LSQ+): the tensor twins of quant/pact.ts,
// quant/lsqPlus.ts and the activation side of quant/lsq.ts. Forward is the grid's own kernel; the gradient is one kernel on cpu and wasm, composed elsewhere.
//
// LSQ's gradient scale counts every number that shares the step, including the batch, as quant/lsq.ts and LIMPQ's code
// do (LSQ's paper counts the features of one image). Since the loss is a mean over the batch, so is the sum over it. A shard
// counts the numbers of its whole batch.
import * as tf from '@tensorflow/tfjs-core';
import { stepGradientScale } from '../../quant/lsq';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import type { LearnedInputQuantizer } from '../../rounding/activationRounding';
import { gridLevels } from '../fakeQuant';
import { learnedInputGrad } from '../kernels/learnedInputHeap';
import { learnedGridTensor } from './learnedGrid';
import { mask, withGradient } from './surrogate';

/** `dx` and the gradient of the learned number, before its scale; see kernels/learnedInputHeap.ts. */
function gradients(dy: tf.Tensor, [x, inverse, limit]: tf.Tensor[], beyond: number, error: 0 | 1): tf.Tensor[] {
  if (tf.getKernel(learnedInputGrad.name, tf.getBackend()) !== undefined)
    return tf
      .engine()
      .runKernel(learnedInputGrad.name, { x, dy, inverse, limit }, { beyond, error }) as unknown as tf.Tensor[];
  const t = tf.mul(x, inverse);
  const above = tf.greaterEqual(t, limit);
  const inside = mask(tf.logicalAnd(tf.greater(t, 0), tf.less(t, limit)));
  const clipped = tf.mul(mask(above), beyond);
  const slope = error === 0 ? clipped : tf.add(clipped, tf.mul(inside, tf.sub(tf.round(t), t)));
  // Axis by axis: summing a million float32 numbers in a row would lose digits.
  const sum = x.shape.reduce<tf.Tensor>((rest) => tf.sum(rest, -1), tf.mul(dy, slope));
  return [tf.mul(dy, inside), tf.reshape(sum, [1, 1])];
}

/**
 * `x` rounded to the levels defined by `learned` [parameters, 1] at `bits` bits: PACT's clip, LSQ's step, LSQ+'s scale and offset; both get the
 * published gradient. `x` is `share` of the batch. Call inside `tf.tidy`.
 */
export function roundLearned<T extends tf.Tensor>(
  quantizer: LearnedInputQuantizer,
  x: T,
  learned: tf.Tensor,
  bits: number,
  share = 1,
): T {
  const maxCode = 2 ** bits - 1;
  if (quantizer === 'lsqPlus') return roundPlus(x, learned, maxCode, share);
  const pact = quantizer === 'pact';
  const factor = pact ? 1 : stepGradientScale(x.size / share, bits, false);
  return withGradient<T>(
    [x, learned],
    (input, parameter) => {
      const scale = tf.reshape(pact ? tf.div(tf.relu(parameter), maxCode) : tf.relu(parameter), [1]) as tf.Tensor1D;
      const inverse = tf.minimum(tf.divNoNan(tf.onesLike(scale), scale), MAX_FLOAT32) as tf.Tensor1D;
      const value = gridLevels(input, { scale, inverse, offset: tf.zerosLike(scale), minCode: 0, maxCode });
      const kept = pact ? [tf.onesLike(scale), tf.reshape(parameter, [1])] : [inverse, tf.fill([1], maxCode)];
      return { value, kept: [input, ...kept] };
    },
    (dy, kept) => {
      const [dx, sum] = gradients(dy, kept, pact ? 1 : maxCode, pact ? 0 : 1);
      return [dx, factor === 1 ? sum : tf.mul(sum, factor)];
    },
  );
}

/** LSQ+: the offset, rounded to a whole number of scales with a straight-through gradient, then the learned grid. */
function roundPlus<T extends tf.Tensor>(x: T, learned: tf.Tensor, maxCode: number, share: number): T {
  const row = (i: number) => tf.reshape<tf.Rank.R3>(tf.slice(learned as tf.Tensor2D, [i, 0], [1, 1]), [1, 1, 1]);
  const scale = row(0);
  const snapped = withGradient<tf.Tensor3D>(
    [row(1)],
    (offset) => {
      const zero = tf.clipByValue(tf.round(tf.divNoNan(tf.neg(offset), scale)), 0, maxCode);
      return { value: tf.neg(tf.mul(zero, scale)), kept: [] };
    },
    (dy) => [dy],
  );
  const flat = tf.reshape<tf.Rank.R3>(x, [1, x.size, 1]);
  return tf.reshape(learnedGridTensor(flat, [0, maxCode], scale, snapped, x.size / share), x.shape) as T;
}

// Activations with a learned clip (PACT) or step (LSQ): the tensor twins of quant/pact.ts and the activation side of
// quant/lsq.ts. Forward is the grid's own kernel; the gradient is one kernel on cpu and wasm, composed elsewhere.
//
// LSQ's gradient scale counts every number that shares the step, including the batch, as quant/lsq.ts and LIMPQ's code
// do (LSQ's paper counts the features of one image). Since the loss is a mean over the batch, so is the sum over it.
import * as tf from '@tensorflow/tfjs-core';
import { stepGradientScale } from '../../quant/lsq';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { gridLevels } from '../fakeQuant';
import { learnedInputGrad } from '../kernels/learnedInputHeap';
import { mask, withGradient } from './surrogate';

export type LearnedInputQuantizer = 'pact' | 'lsq';

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
 * `x` rounded to the levels defined by `learned` [1, 1], PACT's clip or LSQ's step, at `bits` bits; both get the
 * published gradient. Call inside `tf.tidy`.
 */
export function roundLearned<T extends tf.Tensor>(
  quantizer: LearnedInputQuantizer,
  x: T,
  learned: tf.Tensor,
  bits: number,
): T {
  const maxCode = 2 ** bits - 1;
  const pact = quantizer === 'pact';
  const factor = pact ? 1 : stepGradientScale(x.size, bits, false);
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

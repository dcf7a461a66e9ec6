// The tensor twin of quant/dsconv.ts, equal to it up to the last bits of its sums. If the largest magnitude occurs with
// both signs, this takes the positive one and quant/ the first.
import * as tf from '@tensorflow/tfjs-core';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { withGradient } from './surrogate';

/** Values of DSConv for groups [outer, size, inner]; the gradient passes unclipped. */
export function dsconvTensor(x: tf.Tensor3D, bits: number): tf.Tensor3D {
  const lowest = -(2 ** (bits - 1));
  return withGradient(
    [x],
    (w) => {
      const [max, min] = [tf.max(w, 1, true), tf.min(w, 1, true)];
      const extreme = tf.where(tf.greaterEqual(max, tf.neg(min)), max, min);
      const inverse = tf.clipByValue(tf.divNoNan(tf.fill(extreme.shape, lowest), extreme), -MAX_FLOAT32, MAX_FLOAT32);
      const codes = tf.clipByValue(tf.round(tf.mul(w, inverse)), lowest, -1 - lowest);
      const scale = tf.divNoNan(tf.sum(tf.mul(w, codes), 1, true), tf.sum(tf.square(codes), 1, true));
      return { value: tf.mul(codes, scale), kept: [] };
    },
    (dy) => [dy],
  );
}

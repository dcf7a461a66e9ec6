// The tensor twins of quant/twn.ts and quant/ttq.ts.
import * as tf from '@tensorflow/tfjs-core';
import { TTQ_THRESHOLD } from '../../quant/ttq';
import { mask, withGradient } from './surrogate';

/** Values of TWN for groups [outer, size, inner]; the gradient passes through. */
export function twnTensor(x: tf.Tensor3D): tf.Tensor3D {
  return withGradient(
    [x],
    (w) => {
      const magnitudes = tf.abs(w);
      const large = mask(tf.greater(magnitudes, tf.mul(tf.mean(magnitudes, 1, true), 0.7)));
      const scale = tf.divNoNan(tf.sum(tf.mul(magnitudes, large), 1, true), tf.sum(large, 1, true));
      return { value: tf.mul(tf.mul(tf.sign(w), large), scale), kept: [] };
    },
    (dy) => [dy],
  );
}

/** Values of TTQ with the learned levels `positive` and `-negative` [outer, 1, inner], which get gradients too. */
export function ttqTensor(x: tf.Tensor3D, positive: tf.Tensor3D, negative: tf.Tensor3D): tf.Tensor3D {
  return withGradient(
    [x, positive, negative],
    (w, p, n) => {
      const threshold = tf.mul(tf.max(tf.abs(w), 1, true), TTQ_THRESHOLD);
      const above = mask(tf.greater(w, threshold));
      const below = mask(tf.less(w, tf.neg(threshold)));
      return { value: tf.sub(tf.mul(above, p), tf.mul(below, n)), kept: [above, below, p, n] };
    },
    (dy, [above, below, p, n]) => {
      const between = tf.sub(tf.sub(1, above), below);
      const factor = tf.add(tf.add(tf.mul(above, p), tf.mul(below, n)), between);
      return [tf.mul(dy, factor), tf.sum(tf.mul(dy, above), 1, true), tf.neg(tf.sum(tf.mul(dy, below), 1, true))];
    },
  );
}

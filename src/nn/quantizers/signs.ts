// The tensor twins of the binary quantizers: quant/bwn.ts, quant/binary.ts, and DoReFa at 1 bit.
import * as tf from '@tensorflow/tfjs-core';
import { mask, withGradient } from './surrogate';

/** 1 where x >= 0, else -1. */
function signs(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.mul(mask(tf.greaterEqual(x, 0)), 2), 1);
}

/** 1 where |x| <= 1, else 0. */
function unclipped(x: tf.Tensor): tf.Tensor {
  return mask(tf.lessEqual(tf.abs(x), 1));
}

/**
 * Signs times the mean magnitude of each group [outer, size, inner], with a gradient computed from `dy`, x and that
 * mean.
 */
export function signTensor(
  x: tf.Tensor3D,
  gradient: (dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor) => tf.Tensor,
): tf.Tensor3D {
  return withGradient(
    [x],
    (w) => {
      const scale = tf.mean(tf.abs(w), 1, true);
      return { value: tf.mul(signs(w), scale), kept: [w, scale] };
    },
    (dy, [w, scale]) => [gradient(dy, w, scale)],
  );
}

/** Values of BWN; the gradient is `dy (1 / n + s [|x| <= 1])`. */
export function bwnTensor(x: tf.Tensor3D): tf.Tensor3D {
  return signTensor(x, (dy, w, scale) => tf.mul(dy, tf.add(tf.mul(unclipped(w), scale), 1 / x.shape[1])));
}

/** Values of BinaryConnect with a learned `scale` [outer, 1, inner], which gets a gradient too. */
export function binaryTensor(x: tf.Tensor3D, scale: tf.Tensor3D): tf.Tensor3D {
  return withGradient(
    [x, scale],
    (w, s) => ({ value: tf.mul(signs(w), s), kept: [w, s] }),
    (dy, [w, s]) => [tf.mul(tf.mul(dy, s), unclipped(w)), tf.sum(tf.mul(dy, signs(w)), 1, true)],
  );
}

// The tensor twin of quant/learnedGrid.ts: weights on evenly spaced levels with a learned scale and offset.
import * as tf from '@tensorflow/tfjs-core';
import { gridGradientScale } from '../../quant/learnedGrid';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { mask, withGradient } from './surrogate';

/** Sums of groups, [outer, 1, inner], in two goes: summing a million float32 numbers in a row would lose digits. */
function sumOf(x: tf.Tensor3D): tf.Tensor {
  const [outer, size, inner] = x.shape;
  let part = 1;
  while (part < 1024 && size % (2 * part) === 0) part *= 2;
  return tf.sum(tf.sum(tf.reshape(x, [outer, size / part, part, inner]), 2), 1, true);
}

/**
 * Nearest levels of groups [outer, size, inner] with scales and offsets [outer, 1, inner], which get gradients too. The groups
 * are `size` numbers long: padding of a last block counts, and its gradient is 0. `count`: the
 * numbers that share a scale, if these are a part of them.
 */
export function learnedGridTensor(
  x: tf.Tensor3D,
  [minCode, maxCode]: readonly [number, number],
  scale: tf.Tensor3D,
  offset: tf.Tensor3D,
  count = x.shape[1],
): tf.Tensor3D {
  const factor = gridGradientScale(count, maxCode);
  return withGradient(
    [x, scale, offset],
    (w, s, o) => {
      const inverse = tf.minimum(tf.divNoNan(tf.onesLike(s), s), MAX_FLOAT32);
      const ratio = tf.mul(tf.sub(w, o), inverse);
      const value = tf.add(tf.mul(tf.clipByValue(tf.round(ratio), minCode, maxCode), s), o);
      return { value, kept: [ratio] };
    },
    (dy, [ratio]) => {
      const code = tf.round(ratio);
      const clipped = tf.clipByValue(code, minCode, maxCode);
      const inside = mask(tf.equal(code, clipped));
      const slope = tf.sub(clipped, tf.mul(inside, ratio));
      const dx = tf.mul(dy, inside);
      const sum = (t: tf.Tensor) => tf.mul(sumOf(t as tf.Tensor3D), factor);
      return [dx, sum(tf.mul(dy, slope)), sum(tf.sub(dy, dx))];
    },
  );
}

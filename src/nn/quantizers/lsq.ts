// The tensor twin of quant/lsq.ts: weights with a learned step.
import * as tf from '@tensorflow/tfjs-core';
import { lsqCodes, stepGradientScale } from '../../quant/lsq';
import { MAX_FLOAT32 } from '../../quant/uniformGrid';
import { mask, withGradient } from './surrogate';

/** Values of LSQ for groups [outer, size, inner] with steps [outer, 1, inner], which get gradients too. */
export function lsqTensor(x: tf.Tensor3D, step: tf.Tensor3D, bits: number, signed = true): tf.Tensor3D {
  const [min, max] = lsqCodes(bits, signed);
  const gradientScale = stepGradientScale(x.shape[1], bits, signed);
  return withGradient(
    [x, step],
    (w, s) => {
      const scale = tf.relu(s);
      const ratio = tf.mul(w, tf.minimum(tf.divNoNan(tf.onesLike(scale), scale), MAX_FLOAT32));
      return { value: tf.mul(tf.clipByValue(tf.round(ratio), min, max), scale), kept: [ratio, tf.sign(scale)] };
    },
    (dy, [ratio, alive]) => {
      const inside = mask(tf.logicalAnd(tf.greater(ratio, min), tf.less(ratio, max)));
      const clipped = tf.clipByValue(ratio, min, max);
      // Inside: round(r) - r; outside: the bound that r was clipped to.
      const slope = tf.where(tf.cast(inside, 'bool'), tf.sub(tf.round(ratio), ratio), clipped);
      const steps = tf.mul(tf.sum(tf.mul(dy, slope), 1, true), gradientScale);
      return [tf.mul(tf.mul(dy, inside), alive), tf.mul(steps, alive)];
    },
  );
}

// The tensor twin of quant/dorefa.ts, for 2 bits and more; 1 bit uses signs.ts, with its gradient passed through.
import * as tf from '@tensorflow/tfjs-core';
import { MIN_NORMAL } from '../../quant/uniformGrid';
import { signTensor } from './signs';
import { mask, withGradient } from './surrogate';

/** Values of DoReFa for groups [outer, size, inner]; the gradient goes through tanh, with the peak held constant. */
export function dorefaTensor(x: tf.Tensor3D, bits: number): tf.Tensor3D {
  if (bits === 1) return signTensor(x, (dy) => dy);
  const last = 2 ** bits - 1;
  return withGradient(
    [x],
    (w) => {
      const squeezed = tf.tanh(w);
      const largest = tf.max(tf.abs(squeezed), 1, true);
      const peak = tf.mul(largest, mask(tf.greaterEqual(largest, MIN_NORMAL)));
      const share = tf.add(tf.divNoNan(squeezed, tf.mul(peak, 2)), 0.5);
      const codes = tf.round(tf.mul(share, last));
      const values = tf.sub(tf.mul(codes, 2 / last), 1);
      return { value: tf.mul(values, tf.sign(peak)), kept: [squeezed, peak] };
    },
    (dy, [squeezed, peak]) => [tf.divNoNan(tf.mul(dy, tf.sub(1, tf.square(squeezed))), peak)],
  );
}

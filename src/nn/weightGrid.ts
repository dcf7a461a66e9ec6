// The grid of a kernel computed on the device, for training: it follows the weights at every step and gets no gradient.
// Equal to quant/'s `init` up to the last bits of a quotient.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../graph/network';
import { MAX_FLOAT32 } from '../quant/uniformGrid';
import type { TensorGrid } from './fakeQuant';

/** Schemes whose grids are evenly spaced, from smallest to largest, per tensor or channel. */
export interface UniformScheme {
  readonly quantizer: 'affine' | 'symmetric';
  readonly granularity: 'tensor' | 'channel';
}

/** Grid of `kernel` under a scheme; call inside `tf.tidy`. */
export function weightGrid(
  kernel: tf.Tensor,
  op: LayerNode['op'],
  { quantizer, granularity }: UniformScheme,
  bits: number,
): TensorGrid {
  const channels =
    op === 'depthwiseConv2d' ? (kernel.shape[2] as number) : (kernel.shape[kernel.shape.length - 1] as number);
  const groups = granularity === 'channel' ? channels : 1;
  const columns = tf.reshape(kernel, [-1, groups]);
  const inverse = (scale: tf.Tensor1D) => tf.minimum<tf.Tensor1D>(tf.divNoNan(tf.onesLike(scale), scale), MAX_FLOAT32);
  if (quantizer === 'affine') {
    const offset = tf.min<tf.Tensor1D>(columns, 0);
    const maxCode = 2 ** bits - 1;
    const scale = tf.div<tf.Tensor1D>(tf.sub(tf.max(columns, 0), offset), maxCode);
    return { scale, inverse: inverse(scale), offset, minCode: 0, maxCode };
  }
  const magnitudes = tf.abs(columns);
  if (bits === 1) {
    const mean = tf.mean<tf.Tensor1D>(magnitudes, 0);
    const scale = tf.mul<tf.Tensor1D>(mean, 2);
    return { scale, inverse: inverse(scale), offset: tf.neg(mean), minCode: 0, maxCode: 1, passAll: true };
  }
  const maxCode = 2 ** (bits - 1) - 1;
  const scale = tf.div<tf.Tensor1D>(tf.max(magnitudes, 0), maxCode);
  return { scale, inverse: inverse(scale), offset: tf.zerosLike(scale), minCode: -maxCode, maxCode };
}

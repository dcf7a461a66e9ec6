// Convolutions as tfjs runs and differentiates them: groups one by one, and dilated kernels with zeros between their taps,
// because tfjs has no groups, and no gradient of dilated convolutions.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../graph/network';
import { tfPadding } from './operations';

type WindowedLayer = Exclude<LayerNode, { op: 'dense' }>;

const groupsOf = (node: WindowedLayer): number => (node.op === 'conv2d' ? (node.groups ?? 1) : 1);

/** `rows` [n, m] as rows `step` apart, with zeros between: [(n - 1) step + 1, m]. */
function apart(rows: tf.Tensor2D, step: number): tf.Tensor2D {
  if (step === 1) return rows;
  const [n, m] = rows.shape;
  const wide = tf.pad(rows, [
    [0, 0],
    [0, (step - 1) * m],
  ]);
  return tf.slice(tf.reshape<tf.Rank.R2>(wide, [n * step, m]), [0, 0], [(n - 1) * step + 1, m]);
}

/** A kernel [kh, kw, in, out] with zeros between its taps. */
function dilated(kernel: tf.Tensor4D, [dh, dw]: readonly [number, number]): tf.Tensor4D {
  if (dh * dw === 1) return kernel;
  const [kh, kw, inputs, outputs] = kernel.shape;
  const tall = apart(tf.reshape(kernel, [kh, kw * inputs * outputs]), dh);
  const columns = tf.transpose(tf.reshape(tall, [-1, kw, inputs * outputs]), [1, 0, 2]);
  const wide = apart(tf.reshape(columns, [kw, -1]), dw);
  const [height, width] = [(kh - 1) * dh + 1, (kw - 1) * dw + 1];
  const swapped = tf.transpose(tf.reshape(wide, [width, height, inputs * outputs]), [1, 0, 2]);
  return tf.reshape(swapped, [height, width, inputs, outputs]);
}

/**
 * A convolution of `x` [n, h, w, cin] without bias, differentiable in both. Call inside `tf.tidy`; the caller owns
 * arguments and result.
 */
export function convolve(node: WindowedLayer, x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const strides = [...node.strides] as [number, number];
  const pad = tfPadding(node.padding) as 'valid'; // tfjs' types omit the explicit paddings that its kernels accept
  const filter = dilated(kernel, node.dilations ?? [1, 1]);
  const groups = groupsOf(node);
  if (node.op === 'depthwiseConv2d') return tf.depthwiseConv2d(x, filter, strides, pad);
  if (groups === 1) return tf.conv2d(x, filter, strides, pad);
  const [kh, kw, inputs, filters] = filter.shape;
  // Several filters on each channel.
  if (inputs === 1) return tf.depthwiseConv2d(x, tf.reshape(filter, [kh, kw, groups, filters / groups]), strides, pad);
  const kernels = tf.split<tf.Tensor4D>(filter, groups, 3);
  const parts = tf
    .split<tf.Tensor4D>(x, groups, 3)
    .map((part, g) => tf.conv2d<tf.Tensor4D>(part, kernels[g], strides, pad));
  return tf.concat4d(parts, 3);
}

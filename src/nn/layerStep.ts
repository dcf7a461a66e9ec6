// One layer with its bias and activation: on floats, or on integers whose sums are multiplied afterwards.
import * as tf from '@tensorflow/tfjs-core';
import { isSimple, type LayerNode, type PoolNode } from '../graph/network';
import { convolve } from './convolution';
import { hasScaledConvolution, scaledConvolution } from './kernels/convForwardWasm';
import { tfPadding } from './operations';
import type { Step } from './plan';

type Activation = Step['activation'];

/** Strides and padding in tfjs' form. */
export function windowOf(node: Exclude<LayerNode, { op: 'dense' }> | PoolNode) {
  return {
    strides: [...node.strides] as [number, number],
    // tfjs' types omit the explicit paddings that its kernels accept.
    pad: tfPadding(node.padding) as 'valid',
  };
}

/** `x` after its activation. */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  return activation === undefined ? x : activation === 'relu' ? tf.relu(x) : tf.relu6(x);
}

/** `activation(layer(x, kernel) + bias)`. Call inside `tf.tidy`; the caller owns arguments and result. */
export function runLayer(
  node: LayerNode,
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor1D | undefined,
  activation: Activation,
): tf.Tensor {
  const shared = { activation: activation ?? ('linear' as const), ...(bias && { bias }) };
  if (node.op === 'dense') return tf.fused.matMul({ a: x as tf.Tensor2D, b: kernel as tf.Tensor2D, ...shared });
  if (!isSimple(node)) {
    const y = convolve(node, x as tf.Tensor4D, kernel as tf.Tensor4D);
    return activate(bias === undefined ? y : tf.add(y, bias), activation);
  }
  const conv = { x: x as tf.Tensor4D, filter: kernel as tf.Tensor4D, ...windowOf(node), ...shared };
  return node.op === 'conv2d' ? tf.fused.conv2d(conv) : tf.fused.depthwiseConv2d(conv);
}

/**
 * `activation(layer(x, kernel) * multiplier[c] + bias[c])` for integers `x` and `kernel`, with product and sum rounded
 * separately: two operations unless a kernel of ours does both, because tfjs might fuse them into one rounding.
 */
export function runIntegerLayer(
  node: LayerNode,
  x: tf.Tensor,
  kernel: tf.Tensor,
  multiplier: tf.Tensor1D,
  bias: tf.Tensor1D,
  activation: Activation,
): tf.Tensor {
  if (node.op === 'conv2d' && isSimple(node) && hasScaledConvolution())
    return scaledConvolution(x as tf.Tensor4D, kernel as tf.Tensor4D, multiplier, bias, {
      ...windowOf(node),
      activation: activation ?? 'linear',
    });
  const sums = runLayer(node, x, kernel, undefined, undefined);
  return activate(tf.add(tf.mul(sums, multiplier), bias), activation);
}

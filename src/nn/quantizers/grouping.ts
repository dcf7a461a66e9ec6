// Splits a kernel on the device into the groups that share parameters: the twin of quant/granularity.ts. Groups are
// laid out as [outer, size, inner], so that every granularity reduces over axis 1.
import * as tf from '@tensorflow/tfjs-core';
import { type KernelLayout, parseGranularity } from '../../quant/granularity';
import type { Granularity } from '../../quant/quantizer';

/**
 * Runs `quantize` on a kernel as [outer, size, inner] and restores the kernel's shape, for its gradient too. A block
 * that the inputs do not fill is padded with zeros, which must not affect `quantize`. Call inside `tf.tidy`.
 */
export function onGroups(
  kernel: tf.Tensor,
  granularity: Granularity,
  { channels, inputs }: KernelLayout,
  quantize: (x: tf.Tensor3D) => tf.Tensor3D,
): tf.Tensor {
  const { kind, size } = parseGranularity(granularity);
  if (kind === 'tensor') return tf.reshape(quantize(tf.reshape(kernel, [1, kernel.size, 1])), kernel.shape);
  if (kind === 'channel') return tf.reshape(quantize(tf.reshape(kernel, [1, -1, channels])), kernel.shape);
  const block = Math.min(size, inputs);
  const blocks = Math.ceil(inputs / block);
  const taps = kernel.size / (inputs * channels);
  const padding = blocks * block - inputs;
  const rows = tf.reshape<tf.Rank.R3>(kernel, [taps, inputs, channels]);
  const full =
    padding === 0
      ? rows
      : tf.pad3d(rows, [
          [0, 0],
          [0, padding],
          [0, 0],
        ]);
  const y = tf.reshape(quantize(tf.reshape(full, [taps * blocks, block, channels])), [taps, blocks * block, channels]);
  return tf.reshape(padding === 0 ? y : tf.slice(y, [0, 0, 0], [taps, inputs, channels]), kernel.shape);
}

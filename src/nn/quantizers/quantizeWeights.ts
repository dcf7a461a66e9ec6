// Weights in training: quantized on the device, with the surrogate gradient. To make a quantizer trainable, write its
// tensor twin beside this file and add it to `twins`.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../graph/network';
import { checkSpec, kernelLayout } from '../../quant/granularity';
import { QuantSpecError } from '../../quant/quantizer';
import { learnedOf, type QuantizerId, type QuantScheme, quantizerOf } from '../../quant/registry';
import { fakeQuantize } from '../fakeQuant';
import { type UniformScheme, weightGrid } from '../weightGrid';
import { dorefaTensor } from './dorefa';
import { dsconvTensor } from './dsconv';
import { onGroups } from './grouping';
import { learnedGridTensor } from './learnedGrid';
import { lsqTensor } from './lsq';
import { binaryTensor, bwnTensor } from './signs';
import { ttqTensor, twnTensor } from './ternary';

/** Quantizes groups [outer, size, inner], with the quantizer's learned parameters, each [1, 1, groups]. */
type Twin = (x: tf.Tensor3D, bits: number, ...learned: tf.Tensor3D[]) => tf.Tensor3D;

/** The uniform quantizers with learned levels. */
const learnedGrids: Readonly<Partial<Record<QuantizerId, Twin>>> = {
  affine: (x, bits, scale, offset) => learnedGridTensor(x, [0, 2 ** bits - 1], scale, offset),
  symmetric: (x, bits, scale) => {
    const last = 2 ** (bits - 1) - 1;
    return learnedGridTensor(x, [-last, last], scale, tf.zerosLike(scale));
  },
};

const twins: Readonly<Partial<Record<QuantizerId, Twin>>> = {
  dsconv: dsconvTensor,
  dorefa: dorefaTensor,
  bwn: bwnTensor,
  twn: twnTensor,
  lsq: (x, bits, step) => lsqTensor(x, step, bits),
  binary: (x, _, scale) => binaryTensor(x, scale),
  ttq: (x, _, positive, negative) => ttqTensor(x, positive, negative),
};

/** True for levels recomputed from the weights at each step. */
function isUniform(scheme: QuantScheme): scheme is QuantScheme & UniformScheme {
  const { quantizer, granularity } = scheme;
  return (quantizer === 'affine' || quantizer === 'symmetric') && !granularity.startsWith('block');
}

/** The twin that rounds with learned levels, or the quantizer's own; undefined for levels recomputed by `isUniform`. */
function twinOf(scheme: QuantScheme, bits: number): Twin | undefined {
  return learnedOf(scheme, bits).length > 0
    ? (learnedGrids[scheme.quantizer] ?? twins[scheme.quantizer])
    : twins[scheme.quantizer];
}

/**
 * Rejects quantizers that training cannot round, and settings that the quantizer does not have.
 * @throws QuantSpecError naming those that can be trained.
 */
export function checkTrainable(scheme: QuantScheme, bits: number): void {
  const quantizer = quantizerOf(scheme.quantizer);
  checkSpec(quantizer, scheme.granularity, bits);
  if (isUniform(scheme) || twinOf(scheme, bits) !== undefined) return;
  throw new QuantSpecError(
    `${quantizer.label} per ${scheme.granularity} with ranges from the smallest to the largest weight cannot be trained yet; choose another range, affine or symmetric per tensor or channel, ${Object.keys(twins).join(', ')}.`,
  );
}

/**
 * `kernel` quantized, with the quantizer's own gradient; call inside `tf.tidy`. Scales are float32, even if the scheme
 * stores them in 16 bits. `learned` [parameters, groups] holds the quantizer's learned parameters, which get gradients
 * too; schemes that learn any require it. Its groups are in the order of quant/granularity.ts.
 */
export function quantizeWeights(
  kernel: tf.Tensor,
  op: LayerNode['op'],
  scheme: QuantScheme,
  bits: number,
  learned?: tf.Tensor,
): tf.Tensor {
  const twin = twinOf(scheme, bits);
  if (twin === undefined && isUniform(scheme)) return fakeQuantize(kernel, weightGrid(kernel, op, scheme, bits));
  checkTrainable(scheme, bits);
  const layout = kernelLayout(kernel.shape, op === 'depthwiseConv2d');
  const names = learnedOf(scheme, bits);
  if (names.length > 0 && learned === undefined)
    throw new Error(
      `${scheme.quantizer} needs the ${names.join(' and ')} that it learns to round weights in training.`,
    );
  return onGroups(kernel, scheme.granularity, layout, (x) => {
    const [outer, , inner] = x.shape;
    const rows = names.map((_, i) =>
      tf.reshape<tf.Rank.R3>(tf.slice(learned as tf.Tensor2D, [i, 0], [1, -1]), [outer, 1, inner]),
    );
    return (twin as Twin)(x, bits, ...rows);
  });
}

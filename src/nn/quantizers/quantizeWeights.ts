// Weights in training: quantized on the device, with the surrogate gradient. To make a quantizer trainable, write its
// tensor twin beside this file and add it to `twins`.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../graph/network';
import { checkSpec, kernelLayout } from '../../quant/granularity';
import { QuantSpecError } from '../../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf } from '../../quant/registry';
import { fakeQuantize } from '../fakeQuant';
import { type UniformScheme, weightGrid } from '../weightGrid';
import { dorefaTensor } from './dorefa';
import { dsconvTensor } from './dsconv';
import { onGroups } from './grouping';
import { lsqTensor } from './lsq';
import { binaryTensor, bwnTensor } from './signs';
import { ttqTensor, twnTensor } from './ternary';

/** Quantizes groups [outer, size, inner], with the quantizer's learned parameters, each [1, 1, groups]. */
type Twin = (x: tf.Tensor3D, bits: number, ...learned: tf.Tensor3D[]) => tf.Tensor3D;

const twins: Readonly<Partial<Record<QuantizerId, Twin>>> = {
  dsconv: dsconvTensor,
  dorefa: dorefaTensor,
  bwn: bwnTensor,
  twn: twnTensor,
  lsq: (x, bits, step) => lsqTensor(x, step, bits),
  binary: (x, _, scale) => binaryTensor(x, scale),
  ttq: (x, _, positive, negative) => ttqTensor(x, positive, negative),
};

function isUniform(scheme: QuantScheme): scheme is QuantScheme & UniformScheme {
  const { quantizer, granularity, range = 'minMax' } = scheme;
  return (
    (quantizer === 'affine' || quantizer === 'symmetric') && !granularity.startsWith('block') && range === 'minMax'
  );
}

/**
 * Rejects quantizers that training cannot round, and settings that the quantizer does not have.
 * @throws QuantSpecError naming those that can be trained.
 */
export function checkTrainable(scheme: QuantScheme, bits: number): void {
  const quantizer = quantizerOf(scheme.quantizer);
  checkSpec(quantizer, scheme.granularity, bits);
  if (isUniform(scheme) || twins[scheme.quantizer] !== undefined) return;
  const { granularity, range = 'minMax' } = scheme;
  throw new QuantSpecError(
    `${quantizer.label} per ${granularity}${range === 'minMax' ? '' : ` with ${range} ranges`} cannot be trained yet; choose affine or symmetric per tensor or channel, ${Object.keys(twins).join(', ')}.`,
  );
}

/**
 * `kernel` quantized, with the quantizer's own gradient; call inside `tf.tidy`. Scales are float32, even if the scheme
 * stores them in 16 bits. `learned` [parameters, groups] holds the quantizer's learned parameters, which get gradients
 * too; quantizers that learn any require it. They work per tensor or channel, so groups are side by side along the last
 * axis of both.
 */
export function quantizeWeights(
  kernel: tf.Tensor,
  op: LayerNode['op'],
  scheme: QuantScheme,
  bits: number,
  learned?: tf.Tensor,
): tf.Tensor {
  if (isUniform(scheme)) return fakeQuantize(kernel, weightGrid(kernel, op, scheme, bits));
  checkTrainable(scheme, bits);
  const twin = twins[scheme.quantizer] as Twin;
  const layout = kernelLayout(kernel.shape, op === 'depthwiseConv2d');
  const names = quantizerOf(scheme.quantizer).learned ?? [];
  if (names.length > 0 && learned === undefined)
    throw new Error(
      `${scheme.quantizer} needs the ${names.join(' and ')} that it learns to round weights in training.`,
    );
  const rows = names.map((_, i) => {
    const row = tf.slice(learned as tf.Tensor2D, [i, 0], [1, -1]);
    return tf.reshape<tf.Rank.R3>(row, [1, 1, row.size]);
  });
  return onGroups(kernel, scheme.granularity, layout, (x) => twin(x, bits, ...rows));
}

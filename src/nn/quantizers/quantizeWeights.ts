// Weights as training sees them: quantized on the device, with the surrogate gradient. To teach training a quantizer, write
// its tensor twin beside this file and name it in `twins`. Parameters that are learned besides the weights (LSQ's steps,
// TTQ's and BinaryConnect's scales) have twins here, but a network has no place for them yet.
import type * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../graph/network';
import { checkSpec, kernelLayout } from '../../quant/granularity';
import { QuantSpecError } from '../../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf } from '../../quant/registry';
import { fakeQuantize } from '../fakeQuant';
import { type UniformScheme, weightGrid } from '../weightGrid';
import { dorefaTensor } from './dorefa';
import { dsconvTensor } from './dsconv';
import { onGroups } from './grouping';
import { bwnTensor } from './signs';
import { twnTensor } from './ternary';

/** Quantizes groups [outer, size, inner]. */
type Twin = (x: tf.Tensor3D, bits: number) => tf.Tensor3D;

const twins: Readonly<Partial<Record<QuantizerId, Twin>>> = {
  dsconv: dsconvTensor,
  dorefa: dorefaTensor,
  bwn: bwnTensor,
  twn: twnTensor,
};

function isUniform(scheme: QuantScheme): scheme is QuantScheme & UniformScheme {
  const { quantizer, granularity, range = 'minMax' } = scheme;
  return (
    (quantizer === 'affine' || quantizer === 'symmetric') && !granularity.startsWith('block') && range === 'minMax'
  );
}

/**
 * Refuses what training cannot round, and what the quantizer does not have.
 * @throws QuantSpecError saying what can be trained.
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
 * `kernel` quantized, its gradient the quantizer's own; call inside `tf.tidy`. Scales are float32, also where the scheme
 * keeps them in 16 bits.
 */
export function quantizeWeights(kernel: tf.Tensor, op: LayerNode['op'], scheme: QuantScheme, bits: number): tf.Tensor {
  if (isUniform(scheme)) return fakeQuantize(kernel, weightGrid(kernel, op, scheme, bits));
  checkTrainable(scheme, bits);
  const twin = twins[scheme.quantizer] as Twin;
  const layout = kernelLayout(kernel.shape, op === 'depthwiseConv2d');
  return onGroups(kernel, scheme.granularity, layout, (x) => twin(x, bits));
}

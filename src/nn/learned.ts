// Initial learned quantizer parameters of a training run; Trainable turns them into variables. Names and shapes are
// those of graph/learned.ts.
import * as tf from '@tensorflow/tfjs-core';
import { learnedInputName, learnedKernelName, parseLearnedName } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { type BitPolicy, isRounded } from '../graph/policy';
import { groupParameters, kernelLayout, splitGroups } from '../quant/granularity';
import { learnedOf, type QuantScheme, quantizerOf, specOf } from '../quant/registry';
import { MAX_FLOAT32 } from '../quant/uniformGrid';
import type { ActivationRounding } from '../rounding/activationRounding';
import { learnedForKernel } from '../rounding/learnedKernel';

/**
 * Learned parameters are steps, scales and clips; training clamps each to at least this. At 0 a step has no gradient
 * and would stay there; below, levels would switch sides. LIMPQ's lower bound (arXiv 2203.08368). Its upper bound of 1
 * is omitted, because kernels without a batch norm may need larger ones.
 */
export const MIN_LEARNED = 1e-5;

/** Raises what a step has moved below `MIN_LEARNED`. The second row of affine and LSQ+ levels are offsets, which have no bound. */
export function clampLearned(name: string, learned: tf.Variable): void {
  const { rounds, quantizer } = parseLearnedName(name) ?? {};
  const offsets = rounds === 'kernel' ? quantizer === 'affine' : quantizer === 'lsqPlus';
  tf.tidy(() => {
    const least = offsets ? tf.tensor2d([[MIN_LEARNED], [-MAX_FLOAT32]]) : MIN_LEARNED;
    learned.assign(tf.maximum(learned, least));
  });
}

/**
 * Initial learned parameters of the policy's weights, by name, each [learned parameters, groups]: the network's stored
 * values for that quantizer and width, or else the quantizer's own on its kernel. Empty if the scheme learns nothing.
 */
export function learnedKernels(network: Network, policy: BitPolicy, scheme: QuantScheme): Map<string, Parameter> {
  const quantizer = quantizerOf(scheme.quantizer);
  const starts = new Map<string, Parameter>();
  for (const { id, op } of layersOf(network)) {
    const bits = policy[id].weights;
    const names = isRounded(bits) ? learnedOf(scheme, bits) : [];
    if (names.length === 0) continue;
    const kernel = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
    const groups = splitGroups(kernel.values, scheme.granularity, kernelLayout(kernel.shape, op === 'depthwiseConv2d'));
    const kept = learnedForKernel(network, id, scheme, bits);
    const parameters = groupParameters(quantizer, groups, specOf(scheme, bits), kept) as Record<string, number>[];
    const values = Float32Array.from(names.flatMap((name) => parameters.map((group) => group[name])));
    starts.set(learnedKernelName(id, scheme, bits), { shape: [names.length, groups.length], values });
  }
  return starts;
}

/**
 * Initial learned parameters of activations, by name, each [parameters, 1]: a clip, a step, or a scale and an offset. Empty if calibration determines
 * everything.
 */
export function learnedInputs(roundings: ReadonlyMap<string, ActivationRounding>, policy: BitPolicy) {
  const starts = new Map<string, Parameter>();
  for (const [id, rounding] of roundings)
    if ('learned' in rounding) {
      const [first, ...offset] = rounding.learned;
      const values = Float32Array.of(Math.max(first, MIN_LEARNED), ...offset);
      starts.set(learnedInputName(id, rounding.quantizer, policy[id].activations), {
        shape: [values.length, 1],
        values,
      });
    }
  return starts;
}

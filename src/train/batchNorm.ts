// Re-estimates the running means and variances of batch norms under a policy's rounding, on images without labels. The
// weights stay as they are.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, epochPlans } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { learnedForKernel } from '../graph/learned';
import { isLayer, type Network, parameterName } from '../graph/network';
import { FLOAT, isRounded, type LayerBits, SKIPPED } from '../graph/policy';
import { createRng, type Rng } from '../math/rng';
import { type QuantAware, Trainable } from '../nn/trainable';
import { kernelLayout, quantizeKernel } from '../quant/granularity';
import { quantizerOf, specOf } from '../quant/registry';
import { unlabeledTraining } from './unlabeled';

/** Enough for the running averages, which keep 0.9 of their past at each batch, to forget it. */
export const REESTIMATION_BATCHES = 32;

/** Moves the running averages of `model` through 32 batches of the first `images` training images; reads no labels. */
export function reestimate(
  model: Trainable,
  dataset: Dataset,
  batchSize: number,
  rng: Rng,
  images = dataset.train.length,
): void {
  const { train, height, width, normalization } = unlabeledTraining(dataset);
  const length = Math.min(images, train.length);
  const size = Math.min(batchSize, length);
  // A split of fewer batches is shown more than once.
  for (let left = size === 0 ? 0 : REESTIMATION_BATCHES; left > 0; ) {
    for (const plan of epochPlans(length, { batchSize: size, images: size * left, augment: false }, rng)) {
      const batch = composeBatch(train, plan, { height, width, normalization });
      const input = tf.tensor4d(batch.images, [size, height, width, 3]);
      model.updateRunning(input);
      input.dispose();
      left--;
    }
  }
}

/** Kernels rounded as inference rounds them, by quant/ itself: any quantizer, also one that training cannot round. */
function roundKernels(network: Network, { policy, scheme }: QuantAware): Network {
  const parameters = new Map(network.parameters);
  for (const node of network.nodes) {
    if (!isLayer(node) || !isRounded(policy[node.id].weights)) continue;
    const name = parameterName(node.id, 'kernel');
    const kernel = parameters.get(name);
    if (kernel === undefined) throw new Error(`${network.name} has no kernel for "${node.id}".`);
    const { values } = quantizeKernel(
      kernel.values,
      kernelLayout(kernel.shape, node.op === 'depthwiseConv2d'),
      quantizerOf(scheme.quantizer),
      scheme.granularity,
      specOf(scheme, policy[node.id].weights),
      learnedForKernel(network, node.id, scheme, policy[node.id].weights),
    );
    parameters.set(name, { shape: kernel.shape, values });
  }
  return { ...network, parameters };
}

/** The same policy with float weights where it does not leave them out. */
function activationsOnly(quantAware: QuantAware): QuantAware {
  const entries = Object.entries(quantAware.policy);
  const weights = (bits: LayerBits) => (bits.weights === SKIPPED ? SKIPPED : FLOAT);
  const policy = Object.fromEntries(entries.map(([id, bits]) => [id, { ...bits, weights: weights(bits) }]));
  return { ...quantAware, policy };
}

export interface ReestimationOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Training images looked at, the first ones; all when absent. */
  readonly images?: number;
}

/**
 * `network` with the running mean and variance of each batch norm measured under the policy's rounding, on training images
 * without their labels. Quantized layers shift the distribution that the float statistics describe, most of all at few bits.
 * Reference: X. Sun et al., arXiv 1908.05858 ("batch norm re-calibration").
 */
export async function reestimateBatchNorm(
  network: Network,
  dataset: Dataset,
  options: ReestimationOptions,
  quantAware?: QuantAware,
): Promise<Network> {
  const model =
    quantAware === undefined
      ? new Trainable(network)
      : new Trainable(roundKernels(network, quantAware), activationsOnly(quantAware));
  try {
    reestimate(model, dataset, options.batchSize, createRng(options.seed), options.images);
    const measured = (await model.read()).parameters;
    const parameters = new Map(network.parameters);
    for (const [name, value] of measured)
      if (name.endsWith('.mean') || name.endsWith('.variance')) parameters.set(name, value);
    return { ...network, parameters };
  } finally {
    model.dispose();
  }
}

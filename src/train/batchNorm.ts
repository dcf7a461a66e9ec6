// Re-estimates the running means and variances of batch norms under a policy's rounding, on images without labels. The
// weights do not change.

import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf, type Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import { type Architecture, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, isRounded, type LayerBits, SKIPPED } from '../graph/policy';
import { Trainable } from '../nn/trainable';
import { roundedKernel } from '../rounding/layers';
import type { Rounding } from '../rounding/rounding';
import { unlabeledTraining } from './unlabeled';

/** Default number of training images on which batch norms are re-estimated. */
const IMAGES = 512;

/**
 * Number of images that re-estimation shows a network if `images` are requested: as many as there are, and none without
 * batch norms.
 */
export function reestimationImages({ nodes }: Architecture, dataset: Dataset, images = IMAGES): number {
  return nodes.some(({ op }) => op === 'batchNorm') ? Math.min(images, dataset.train.length) : 0;
}

/**
 * Sets the running statistics of `model` to those of the first `images` training images, each shown once in batches of
 * nearly equal size, at most `atOnce`; reads no labels. The statistics of the batches are pooled exactly, so that a first batch norm's do
 * not depend on how images fall into batches; later ones see inputs normalized with the batch's own statistics, as in
 * training.
 */
export function reestimate(model: Trainable, dataset: Dataset, images: number, atOnce: number): void {
  const unlabeled = unlabeledTraining(dataset);
  const { height, width } = dataset;
  const batches = Math.ceil(images / atOnce);
  for (let batch = 0, seen = 0; batch < batches; batch++) {
    const count = Math.floor((images * (batch + 1)) / batches) - seen;
    const { images: pixels } = composeBatch(unlabeled.train, evaluationPlan(seen, count), unlabeled);
    const input = tf.tensor4d(pixels, [count, height, width, channelsOf(unlabeled)]);
    model.poolRunning(input, seen);
    input.dispose();
    seen += count;
  }
}

/** Kernels rounded by quant/ itself, as in inference: any quantizer, including one that training cannot round. */
function roundKernels(network: Network, { policy, scheme }: Rounding): Network {
  const parameters = new Map(network.parameters);
  for (const node of layersOf(network)) {
    const { weights } = policy[node.id];
    if (!isRounded(weights)) continue;
    const name = parameterName(node.id, 'kernel');
    const { shape } = parameters.get(name) as Parameter;
    parameters.set(name, { shape, values: roundedKernel(network, node, scheme, weights) });
  }
  return { ...network, parameters };
}

/** The same policy with float weights wherever it does not skip them. */
function activationsOnly(quantAware: Rounding): Rounding {
  const entries = Object.entries(quantAware.policy);
  const weights = (bits: LayerBits) => (bits.weights === SKIPPED ? SKIPPED : FLOAT);
  const policy = Object.fromEntries(entries.map(([id, bits]) => [id, { ...bits, weights: weights(bits) }]));
  return { ...quantAware, policy };
}

/**
 * `network` with the running mean and variance of each batch norm measured under the policy's rounding, on the first
 * `images` training images (512 by default) without their labels. Quantized layers shift the distribution that the
 * float statistics describe, most of all at few bits. Reference: X. Sun et al., arXiv 1908.05858 ("batch norm
 * re-calibration").
 */
export async function reestimateBatchNorm(
  network: Network,
  dataset: Dataset,
  quantAware?: Rounding,
  images?: number,
): Promise<Network> {
  const shown = reestimationImages(network, dataset, images);
  if (shown === 0) return network;
  const model =
    quantAware === undefined
      ? new Trainable(network)
      : new Trainable(roundKernels(network, quantAware), activationsOnly(quantAware));
  try {
    reestimate(model, dataset, shown, imagesAtOnce(network));
    const measured = (await model.read()).parameters;
    const parameters = new Map(network.parameters);
    for (const [name, value] of measured)
      if (name.endsWith('.mean') || name.endsWith('.variance')) parameters.set(name, value);
    return { ...network, parameters };
  } finally {
    model.dispose();
  }
}

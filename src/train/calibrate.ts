// Finds the range of the activations that each layer reads, on training images without their labels, with float
// weights.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { type ActivationRanges, Inference } from '../nn/inference';
import { unlabeledTraining } from './unlabeled';

const BATCH = 64;

/** Smallest and largest activation that each layer reads on the first `images` training images. */
export async function calibrate(network: Network, dataset: Dataset, images: number): Promise<ActivationRanges> {
  const { train } = unlabeledTraining(dataset);
  const model = new Inference(network);
  const ranges = new Map<string, readonly [number, number]>();
  try {
    model.configure(uniformPolicy(network, FLOAT, FLOAT), { quantizer: 'affine', granularity: 'tensor' }, new Map());
    const total = Math.min(images, train.length);
    for (let start = 0; start < total; start += BATCH) {
      const count = Math.min(BATCH, total - start);
      const seen: { layer: string; extremes: tf.Tensor1D }[] = [];
      const { logits } = model.run(
        () => {
          const batch = composeBatch(train, evaluationPlan(start, count), dataset);
          return tf.tensor4d(batch.images, [count, dataset.height, dataset.width, 3]);
        },
        undefined,
        (layer, x) =>
          seen.push({ layer: layer.id, extremes: tf.tidy(() => tf.stack([tf.min(x), tf.max(x)]) as tf.Tensor1D) }),
      );
      logits.dispose();
      for (const { layer, extremes } of seen) {
        const [min, max] = await extremes.data();
        extremes.dispose();
        const [low, high] = ranges.get(layer) ?? [min, max];
        ranges.set(layer, [Math.min(low, min), Math.max(high, max)]);
      }
    }
  } finally {
    model.dispose();
  }
  return ranges;
}

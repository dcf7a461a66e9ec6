// Measures what every step of a network gives, for formats that round every tensor and not only what layers read.
import * as tf from '@tensorflow/tfjs-core';
import { imagesAtOnce } from '../graph/batch';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { Inference, type StepMemo } from '../nn/inference';
import type { QuantScheme } from '../quant/registry';
import type { ImageSource } from './calibrate';

/** Ends of a range. */
export interface TensorRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Smallest and largest number that each step gives on images, by the id of its first node: a layer's with its batch norm and
 * ReLU. Weights are rounded under the policy, activations are not. `turn` is awaited before every batch.
 */
export async function tensorRanges(
  network: Network,
  images: ImageSource,
  policy: BitPolicy,
  scheme: QuantScheme,
  turn: () => Promise<void> = async () => {},
): Promise<Map<string, TensorRange>> {
  const floatInputs = Object.entries(policy).map(([id, { weights }]) => [id, { weights, activations: FLOAT }]);
  const ranges = new Map<string, TensorRange>();
  const model = new Inference(network);
  const seen: { readonly node: string; readonly ends: tf.Tensor }[] = [];
  // Looks at every result, and keeps none.
  const memo: StepMemo = {
    get: () => undefined,
    wants: () => true,
    offer: (step, _, result) => {
      const ends = tf.tidy(() => tf.stack([tf.min(result), tf.max(result)]));
      seen.push({ node: model.steps[step].node.id, ends });
      return false;
    },
  };
  try {
    model.configure({ policy: Object.fromEntries(floatInputs), scheme, ranges: new Map() });
    const batch = imagesAtOnce(network);
    for (let from = 0; from < images.length; from += batch) {
      await turn();
      const count = Math.min(batch, images.length - from);
      model.run(() => images.batch(from, count), memo).logits.dispose();
      for (const { node, ends } of seen.splice(0)) {
        const [min, max] = await ends.data();
        ends.dispose();
        const known = ranges.get(node) ?? { min, max };
        ranges.set(node, { min: Math.min(known.min, min), max: Math.max(known.max, max) });
      }
    }
    return ranges;
  } finally {
    model.dispose();
  }
}

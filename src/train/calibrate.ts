// Finds the range of the activations that each layer reads, on training images without their labels, with float weights:
// from the smallest to the largest, between outer percentiles, or the range whose grid errs least (quant/ranges.ts).
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { isLayer, type Network } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { type ActivationRanges, Inference } from '../nn/inference';
import { activationGrid } from '../quant/affine';
import type { RangeChoice } from '../quant/quantizer';
import { chooseRange } from '../quant/ranges';
import { unlabeledTraining } from './unlabeled';

const BATCH = 64;

/** Numbers that are kept of what one layer reads in one batch, for percentiles and errors. */
const SAMPLES = 1 << 14;

/** Runs the float network on the first `images` training images; `see` gets what each layer reads, batch by batch. */
async function observe(
  network: Network,
  dataset: Dataset,
  images: number,
  keep: (x: tf.Tensor) => tf.Tensor,
  see: (layer: string, kept: Float32Array) => void,
): Promise<void> {
  const { train } = unlabeledTraining(dataset);
  const model = new Inference(network);
  try {
    model.configure(uniformPolicy(network, FLOAT, FLOAT), { quantizer: 'affine', granularity: 'tensor' }, new Map());
    const total = Math.min(images, train.length);
    for (let start = 0; start < total; start += BATCH) {
      const count = Math.min(BATCH, total - start);
      const seen: { layer: string; kept: tf.Tensor }[] = [];
      const { logits } = model.run(
        () => {
          const batch = composeBatch(train, evaluationPlan(start, count), dataset);
          return tf.tensor4d(batch.images, [count, dataset.height, dataset.width, 3]);
        },
        undefined,
        (layer, x) => seen.push({ layer: layer.id, kept: tf.tidy(() => keep(x)) }),
      );
      logits.dispose();
      for (const { layer, kept } of seen) {
        see(layer, Float32Array.from(await kept.data()));
        kept.dispose();
      }
    }
  } finally {
    model.dispose();
  }
}

/** Smallest and largest activation that each layer reads on the first `images` training images. */
export async function calibrate(network: Network, dataset: Dataset, images: number): Promise<ActivationRanges> {
  const ranges = new Map<string, readonly [number, number]>();
  const extremes = (x: tf.Tensor) => tf.stack([tf.min(x), tf.max(x)]);
  await observe(network, dataset, images, extremes, (layer, [min, max]) => {
    const [low, high] = ranges.get(layer) ?? [min, max];
    ranges.set(layer, [Math.min(low, min), Math.max(high, max)]);
  });
  return ranges;
}

/** Evenly spread numbers of `x`, at most 16,384; the distance is prime to the channels, so that all take part alike. */
function sample(x: tf.Tensor): tf.Tensor {
  const channels = x.shape[x.shape.length - 1];
  const divides = (a: number, b: number): number => (b === 0 ? a : divides(b, a % b));
  let stride = Math.max(1, Math.ceil(x.size / SAMPLES));
  while (stride > 1 && divides(stride, channels) !== 1) stride++;
  return tf.stridedSlice(tf.reshape(x, [x.size]), [0], [x.size], [stride]);
}

/**
 * The range for each layer's activations under `choice`; `mse` asks for the least squared error at the bits that the policy
 * gives them. Percentiles and errors are taken of at most 16,384 numbers of each batch of 64 images. Layers with float
 * activations get their smallest and largest number.
 */
export async function calibrateAs(
  choice: RangeChoice,
  network: Network,
  dataset: Dataset,
  images: number,
  policy: BitPolicy,
): Promise<ActivationRanges> {
  if (choice === 'minMax') return calibrate(network, dataset, images);
  const samples = new Map<string, Float32Array[]>();
  await observe(network, dataset, images, sample, (layer, kept) => {
    samples.set(layer, [...(samples.get(layer) ?? []), kept]);
  });
  const ranges = new Map<string, readonly [number, number]>();
  for (const { id } of network.nodes.filter(isLayer)) {
    const parts = samples.get(id) ?? [];
    const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => {
      values.set(part, at);
      return at + part.length;
    }, 0);
    const { activations } = policy[id];
    const ranged = activations === FLOAT ? 'minMax' : choice;
    ranges.set(
      id,
      chooseRange(values, ranged, (min, max) => activationGrid(min, max, activations)),
    );
  }
  return ranges;
}

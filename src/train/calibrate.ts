// Measures the inputs of each layer on training images without their labels, with float weights: their mean magnitude
// and their range, which is min-max, between outer percentiles, or the range whose grid has the least error
// (quant/ranges.ts). One pass.

import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf, type Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import { activationGrid } from '../quant/affine';
import type { RangeChoice } from '../quant/quantizer';
import { chooseRange } from '../quant/ranges';
import type { QuantScheme } from '../quant/registry';
import { type ActivationRange, needsRanges } from '../rounding/activationRounding';
import { type ActivationRanges, floatRounding } from '../rounding/rounding';
import { unlabeledTraining } from './unlabeled';

/** Numbers sampled from one layer's input per batch, for percentiles and errors. */
const SAMPLES = 1 << 14;

/** Images as input to a network. */
export interface ImageSource {
  readonly length: number;
  /** Images `from` ... `from + count - 1`: [count, h, w, c]. */
  batch(from: number, count: number): tf.Tensor4D;
}

/** The first `images` training images of a data set, without their labels. */
export function trainingImages(dataset: Dataset, images: number): ImageSource {
  const { train } = unlabeledTraining(dataset);
  return {
    length: Math.min(images, train.length),
    batch: (from, count) => {
      const batch = composeBatch(train, evaluationPlan(from, count), dataset);
      return tf.tensor4d(batch.images, [count, dataset.height, dataset.width, channelsOf(dataset)]);
    },
  };
}

/** Runs the float network on images; `see` receives each layer's input, batch by batch. */
async function observe(
  network: Network,
  images: ImageSource,
  keep: (x: tf.Tensor) => tf.Tensor,
  see: (layer: string, kept: Float32Array, images: number) => void,
): Promise<void> {
  const model = new Inference(network);
  try {
    model.configure(floatRounding(network));
    const batch = imagesAtOnce(network);
    for (let start = 0; start < images.length; start += batch) {
      const count = Math.min(batch, images.length - start);
      const seen: { layer: string; kept: tf.Tensor }[] = [];
      const { logits } = model.run(
        () => images.batch(start, count),
        undefined,
        (layer, x) => seen.push({ layer: layer.id, kept: tf.tidy(() => keep(x)) }),
      );
      logits.dispose();
      for (const { layer, kept } of seen) {
        see(layer, Float32Array.from(await kept.data()), count);
        kept.dispose();
      }
    }
  } finally {
    model.dispose();
  }
}

/**
 * Evenly spaced samples of `x`, at most 16,384; the step is coprime to the number of channels, so that all are sampled
 * alike.
 */
function sample(x: tf.Tensor): tf.Tensor {
  const channels = x.shape[x.shape.length - 1];
  const divides = (a: number, b: number): number => (b === 0 ? a : divides(b, a % b));
  let stride = Math.max(1, Math.ceil(x.size / SAMPLES));
  while (stride > 1 && divides(stride, channels) !== 1) stride++;
  return tf.stridedSlice(tf.reshape(x, [x.size]), [0], [x.size], [stride]);
}

/** Calibration statistics of one layer. */
interface Seen {
  readonly parts: Float32Array[];
  /** Mean magnitudes of the batches, each times its number of images. */
  sum: number;
  images: number;
}

/**
 * The range for each layer's activations under `choice`; `mse` gives the least squared error at the policy's bits.
 * Percentiles and errors are computed from at most 16,384 numbers of each batch of 64 images. Layers with float
 * activations get their smallest and largest number.
 */
export async function calibrateOn(
  choice: RangeChoice,
  network: Network,
  images: ImageSource,
  policy: BitPolicy,
): Promise<ActivationRanges> {
  const seen = new Map<string, Seen>();
  // Axis by axis: summing a million float32 numbers in a row would lose digits.
  const meanMagnitude = (x: tf.Tensor) => x.shape.reduce((mean) => tf.mean(mean, -1), tf.abs(x));
  const extremes = (x: tf.Tensor) => tf.stack([tf.min(x), tf.max(x)]);
  const keep = (x: tf.Tensor) =>
    tf.concat([tf.reshape(meanMagnitude(x), [1]), choice === 'minMax' ? extremes(x) : sample(x)]);
  await observe(network, images, keep, (layer, kept, count) => {
    const entry = seen.get(layer) ?? { parts: [], sum: 0, images: 0 };
    seen.set(layer, entry);
    entry.parts.push(kept.subarray(1));
    entry.sum += kept[0] * count;
    entry.images += count;
  });
  return new Map(
    [...seen].map(([id, { parts, sum, images }]): [string, ActivationRange] => {
      const values = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
      parts.reduce((at, part) => {
        values.set(part, at);
        return at + part.length;
      }, 0);
      const { activations } = policy[id];
      const own = activations === FLOAT ? 'minMax' : choice;
      const [min, max] = chooseRange(values, own, (low, high) => activationGrid(low, high, activations));
      return [id, { min, max, meanMagnitude: sum / images, choice: own }];
    }),
  );
}

/** The ranges of `calibrateOn` on the first `images` training images. */
export function calibrateAs(
  choice: RangeChoice,
  network: Network,
  dataset: Dataset,
  images: number,
  policy: BitPolicy,
): Promise<ActivationRanges> {
  return calibrateOn(choice, network, trainingImages(dataset, images), policy);
}

/** Smallest and largest input of each layer on the first `images` training images. */
export function calibrate(network: Network, dataset: Dataset, images: number): Promise<ActivationRanges> {
  return calibrateAs('minMax', network, dataset, images, uniformPolicy(network, FLOAT, FLOAT));
}

// One object, because the network prepares every layer again when it gets a different ranges object.
const NO_RANGES: ActivationRanges = new Map();

/** `calibrated()` if a policy rounds activations on measured ranges; otherwise empty, without a pass. */
export async function rangesFor(
  policy: BitPolicy,
  scheme: QuantScheme,
  calibrated: () => Promise<ActivationRanges>,
): Promise<ActivationRanges> {
  const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
  return rounds && needsRanges(scheme) ? calibrated() : NO_RANGES;
}

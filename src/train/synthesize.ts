// Synthetic images: noise that gradient descent changes until the input of every batch norm has the statistics stored
// from training. They replace calibration images for a network that comes without any. References: ZeroQ, arXiv
// 2001.00281 ("distilled data"); DeepInversion, arXiv 1912.08795 (statistics of batch norms).

import * as tf from '@tensorflow/tfjs-core';
import type { Dataset, ImageSet } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import { type Network, type NetworkNode, parameterName } from '../graph/network';
import { createRng } from '../math/rng';
import { roundHalfToEven } from '../math/rounding';
import { adamUpdate } from '../nn/adam';
import { trainingPass } from '../nn/trainingPass';

/** A network without stored statistics of its training images. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

export interface SynthesisOptions {
  readonly images: number;
  /** Steps of gradient descent per batch of images. */
  readonly steps: number;
  readonly seed: number;
  /** Called after each step. */
  readonly turn?: () => Promise<void>;
  /** Called after each batch with the distance of its statistics, at the start and at the end. */
  readonly report?: (before: number, after: number) => void;
}

/** Learning rate of the first step, in standard deviations of pixels; cosine decay to 0. */
const RATE = 0.1;
/** Side length, in pixels, of the coarse noise that images start from. */
const COARSE = 8;

/** Nodes up to the last batch norm; later ones have no statistics. */
function upToLastNorm(nodes: readonly NetworkNode[]): readonly NetworkNode[] {
  return nodes.slice(0, nodes.findLastIndex(({ op }) => op === 'batchNorm') + 1);
}

/**
 * Distance between the statistics of a batch [n, h, w, c] and those of the batch norms: for each batch norm the mean
 * over its channels of `(m - mean)^2 / variance + (s / deviation - 1)^2`, where m and s are mean and deviation of its
 * input; averaged over all of them. `parameter` returns the network's tensors by name. Call inside `tf.tidy`.
 */
export function statisticsDistance(
  network: Network,
  images: tf.Tensor4D,
  parameter: (name: string) => tf.Tensor,
): tf.Scalar {
  const distances: tf.Tensor[] = [];
  const of = (id: string, part: string) => parameter(parameterName(id, part)) as tf.Tensor1D;
  trainingPass({ name: network.name, nodes: upToLastNorm(network.nodes) }, images, {
    input: (_, x) => x,
    kernel: ({ id }) => of(id, 'kernel'),
    parameter: ({ id }, part) => of(id, part),
    normalize: ({ id, epsilon }, x) => {
      const [mean, variance] = [of(id, 'mean'), of(id, 'variance')];
      const rows = tf.reshape(x, [-1, x.shape[x.shape.length - 1]]);
      const own = tf.mean(rows, 0);
      const spread = tf.mean(tf.square(tf.sub(rows, own)), 0);
      const shift = tf.div(tf.square(tf.sub(own, mean)), tf.add(variance, epsilon));
      const ratio = tf.sqrt(tf.div(tf.add(spread, epsilon), tf.add(variance, epsilon)));
      distances.push(tf.mean(tf.add(shift, tf.square(tf.sub(ratio, 1)))));
      const scale = tf.div(of(id, 'gamma'), tf.sqrt(tf.add(variance, epsilon)));
      return tf.add(tf.mul(tf.sub(x, mean), scale), of(id, 'beta'));
    },
  });
  return tf.div(tf.addN(distances), distances.length);
}

/**
 * Images [height, width, 3] of a data set's size whose statistics match those stored in the network's batch norms,
 * without labels. The same seed gives the same images on one backend.
 * @throws SynthesisError for a network without batch norms.
 */
export async function synthesizeImages(
  network: Network,
  { height, width, normalization }: Pick<Dataset, 'height' | 'width' | 'normalization'>,
  { images, steps, seed, turn = async () => {}, report }: SynthesisOptions,
): Promise<ImageSet> {
  if (!network.nodes.some(({ op }) => op === 'batchNorm'))
    throw new SynthesisError(
      `${network.name} has no batch norms, which alone say what images it saw: calibrate it on pictures of yours.`,
    );
  const bytes = new Uint8Array(images * height * width * 3);
  // An image that is standardized by itself is the same wherever its numbers lie.
  const { mean, std } = normalization.perImage
    ? { mean: normalization.mean.map(() => 0.5), std: normalization.std.map(() => 0.25) }
    : normalization;
  const tensors = new Map(
    [...network.parameters].map(([name, { values, shape }]) => [name, tf.tensor(values, [...shape])]),
  );
  const ends = [0, 1].map((end) => tf.tensor1d(std.map((s, c) => (end - (mean[c] as number)) / s)));
  const parameter = (name: string) => tensors.get(name) as tf.Tensor;
  try {
    const batch = imagesAtOnce(network);
    for (let from = 0; from < images; from += batch) {
      const count = Math.min(batch, images - from);
      const pixels = tf.tidy(() => tf.variable(startNoise([count, height, width, mean.length], seed + from)));
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(pixels), false));
      const moments = { first: zeros(), second: zeros() };
      let [before, after] = [Number.NaN, Number.NaN];
      try {
        for (let step = 1; step <= steps; step++) {
          const { value, grads } = tf.variableGrads(
            () => statisticsDistance(network, pixels as unknown as tf.Tensor4D, parameter),
            [pixels],
          );
          const learningRate = (RATE * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2;
          adamUpdate(pixels, moments, grads[pixels.name], { learningRate, betas: [0.9, 0.999], weightDecay: 0 }, step);
          tf.tidy(() => pixels.assign(tf.minimum(tf.maximum(pixels, ends[0]), ends[1])));
          if (report !== undefined && (step === 1 || step === steps)) {
            after = (await value.data())[0];
            if (step === 1) before = after;
          }
          tf.dispose([value, ...Object.values(grads)]);
          await turn();
        }
        const values = await pixels.data();
        const start = from * height * width * 3;
        values.forEach((v, i) => {
          const c = i % mean.length;
          const byte = roundHalfToEven(255 * (v * (std[c] as number) + (mean[c] as number)));
          if (mean.length === 1) bytes.fill(byte, start + 3 * i, start + 3 * i + 3);
          else bytes[start + i] = byte;
        });
        report?.(before, after);
      } finally {
        tf.dispose([pixels, moments.first, moments.second]);
      }
    }
  } finally {
    tf.dispose([...tensors.values(), ...ends]);
  }
  const size = height * width * 3;
  return {
    length: images,
    label: () => 0,
    read: (index, target, offset) => void target.set(bytes.subarray(index * size, (index + 1) * size), offset),
  };
}

/** Mostly coarse noise of standard deviation about 1, as in pictures. */
function startNoise([n, h, w, c]: readonly [number, number, number, number], seed: number): tf.Tensor4D {
  const rng = createRng(seed);
  const noise = (rows: number, columns: number) =>
    tf.tensor4d(
      Float32Array.from({ length: n * rows * columns * c }, () => rng.normal()),
      [n, rows, columns, c],
    );
  return tf.tidy(() => {
    const coarse = tf.image.resizeBilinear(noise(COARSE, COARSE), [h, w]);
    return tf.add(coarse, tf.mul(noise(h, w), 0.3));
  });
}

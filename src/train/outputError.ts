// How far a change of a layer's kernel moves what the layer gives, on images without labels. It is the change's length
// weighted by the second moments of what the layer reads, and is measured by running the layer on it.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { type LayerNode, type Network, type Parameter, parameterName } from '../graph/network';
import { Inference } from '../nn/inference';
import { runLayer } from '../nn/layerStep';
import { floatRounding } from '../rounding/rounding';
import { unlabeledTraining } from './unlabeled';

const BATCH = 64;

export interface OutputErrorOptions {
  /** Training images looked at, the first ones. */
  readonly images: number;
  /** Told, and awaited, after so many images went forward; a rejection ends the work. */
  worked(images: number): Promise<void>;
}

/**
 * `E|d * x|^2 / E|W * x|^2` for each change `d` of a layer's kernel `W`, over images and places, by layer id: `x` is what
 * the layer reads in the float network, biases do not count. A layer that gives nothing has errors of 0.
 */
export async function relativeOutputErrors(
  network: Network,
  dataset: Dataset,
  changesOf: (layer: LayerNode) => readonly Float32Array[],
  { images, worked }: OutputErrorOptions,
): Promise<Map<string, number[]>> {
  const { train, height, width } = unlabeledTraining(dataset);
  const model = new Inference(network);
  const kernels = new Map<string, tf.Tensor[]>();
  const sums = new Map<string, Float64Array>();
  const kernelsOf = (layer: LayerNode): tf.Tensor[] => {
    const { values, shape } = network.parameters.get(parameterName(layer.id, 'kernel')) as Parameter;
    const made =
      kernels.get(layer.id) ?? [values, ...changesOf(layer)].map((numbers) => tf.tensor(numbers, [...shape]));
    kernels.set(layer.id, made);
    return made;
  };
  // Axis by axis: a sum of a million float32 numbers in a row would lose digits.
  const lengthOf = (layer: LayerNode, x: tf.Tensor, kernel: tf.Tensor) => {
    const squares = tf.square(runLayer(layer, x, kernel, undefined, undefined));
    return squares.shape.reduce((mean: tf.Tensor) => tf.mean(mean, -1), squares);
  };
  try {
    model.configure(floatRounding(network));
    const total = Math.min(images, train.length);
    for (let start = 0; start < total; start += BATCH) {
      const count = Math.min(BATCH, total - start);
      const lengths: { readonly id: string; readonly squares: tf.Tensor }[] = [];
      const input = () =>
        tf.tensor4d(composeBatch(train, evaluationPlan(start, count), dataset).images, [count, height, width, 3]);
      const { logits } = model.run(input, undefined, (layer, x) => {
        const all = kernelsOf(layer);
        lengths.push({
          id: layer.id,
          squares: tf.tidy(() => tf.stack(all.map((kernel) => lengthOf(layer, x, kernel)))),
        });
      });
      logits.dispose();
      for (const { id, squares } of lengths) {
        const sum = sums.get(id) ?? new Float64Array(squares.size);
        for (const [i, square] of (await squares.data()).entries()) sum[i] += square * count;
        sums.set(id, sum);
        squares.dispose();
      }
      await worked(count);
    }
  } finally {
    tf.dispose([...kernels.values()].flat());
    model.dispose();
  }
  return new Map(
    [...sums].map(([id, [whole, ...changed]]) => [id, changed.map((square) => (whole > 0 ? square / whole : 0))]),
  );
}

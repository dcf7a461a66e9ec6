// The effect of a change in a layer's kernel on the layer's output, on unlabeled images. It equals the norm of the
// change weighted by the second moments of the layer's input, and is measured by running the layer.

import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf, type Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import { type LayerNode, type Network, type Parameter, parameterName } from '../graph/network';
import { Inference } from '../nn/inference';
import { runLayer } from '../nn/layerStep';
import { floatRounding } from '../rounding/rounding';
import { unlabeledTraining } from './unlabeled';

export interface OutputErrorOptions {
  /** Calibration images, the first training images. */
  readonly images: number;
  /** Called with the number of images that went forward, and awaited; a rejection ends the work. */
  worked(images: number): Promise<void>;
}

/**
 * `E|d * x|^2 / E|W * x|^2` for each change `d` of a layer's kernel `W`, over images and positions, by layer id: `x` is
 * the layer's input in the float network; biases are ignored. A layer whose output is zero has errors of 0.
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
  // Axis by axis: summing a million float32 numbers in a row would lose digits.
  const lengthOf = (layer: LayerNode, x: tf.Tensor, kernel: tf.Tensor) => {
    const squares = tf.square(runLayer(layer, x, kernel, undefined, undefined));
    return squares.shape.reduce((mean: tf.Tensor) => tf.mean(mean, -1), squares);
  };
  try {
    model.configure(floatRounding(network));
    const total = Math.min(images, train.length);
    const batch = imagesAtOnce(network);
    for (let start = 0; start < total; start += batch) {
      const count = Math.min(batch, total - start);
      const lengths: { readonly id: string; readonly squares: tf.Tensor }[] = [];
      const input = () =>
        tf.tensor4d(composeBatch(train, evaluationPlan(start, count), dataset).images, [
          count,
          height,
          width,
          channelsOf(dataset),
        ]);
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

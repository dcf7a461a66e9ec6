// Single steps of training, for tests.
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../graph/network';
import { createRng } from '../math/rng';
import { take } from './backends.testing';
import type { SgdOptions } from './sgd';
import { type Loss, type QuantAware, Trainable } from './trainable';

export const PLAIN: SgdOptions = { learningRate: 1, momentum: 0, weightDecay: 0 };

export function batch(network: Network, images: number, seed = 1): tf.Tensor4D {
  const [image] = network.nodes;
  if (image.op !== 'input') throw new Error('no input');
  const rng = createRng(seed);
  const values = Float32Array.from({ length: images * image.shape.reduce((p, d) => p * d, 1) }, () => rng.normal());
  return tf.tensor4d(values, [images, ...image.shape]);
}

export const crossEntropy =
  (labels: readonly number[], classes: number): Loss =>
  (logits) =>
    tf.tidy(() => {
      const target = tf.oneHot(tf.tensor1d([...labels], 'int32'), classes);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
    });

/** Loss of a step, and the network after it. */
export async function stepOnce(network: Network, loss: Loss, images = 4, options = PLAIN, quantAware?: QuantAware) {
  const model = new Trainable(network, quantAware);
  const input = batch(network, images);
  const result = model.step(input, loss, options);
  const after = await model.read();
  tf.dispose([input, result.logits]);
  model.dispose();
  return { loss: (await take(result.loss))[0], after };
}

export const trained = (name: string) => !name.endsWith('.mean') && !name.endsWith('.variance');
export const values = (network: Network, name: string) => network.parameters.get(name)?.values as Float32Array;

export function moved(network: Network, name: string, by: (value: number, index: number) => number): Network {
  const parameters = new Map(network.parameters);
  parameters.set(name, { shape: parameters.get(name)?.shape ?? [], values: values(network, name).map(by) });
  return { ...network, parameters };
}

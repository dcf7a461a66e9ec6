// Single steps of training, for tests.
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Network } from '../graph/network';
import { createRng } from '../math/rng';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { take } from './backends.testing';
import { small } from './networks.testing';
import type { SgdOptions } from './sgd';
import type { Loss } from './stepSums';
import { Trainable } from './trainable';

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
export async function stepOnce(network: Network, loss: Loss, images = 4, options = PLAIN, quantAware?: Rounding) {
  const model = new Trainable(network, quantAware);
  const input = batch(network, images);
  const result = model.step(input, loss, options);
  const after = await model.read();
  tf.dispose([input, result.logits]);
  model.dispose();
  return { loss: (await take(result.loss))[0], after };
}

/** Trains a small network until it has memorized eight images of four classes, without leaks. */
export async function expectLearnedByHeart(quantAwareOf: (network: Network) => Rounding): Promise<void> {
  const network = initialize(small(6, 4), createRng(3));
  const input = batch(network, 8, 4);
  const model = new Trainable(network, quantAwareOf(network));
  const loss = crossEntropy([0, 1, 2, 3, 0, 1, 2, 3], 4);
  const before = tf.memory().numTensors;
  let last = Number.POSITIVE_INFINITY; // guessing gives ln 4 = 1.39
  for (let step = 0; step < 200 && !(last < 0.4); step++) {
    const result = model.step(input, loss, { learningRate: 0.1, momentum: 0.9, weightDecay: 0 });
    result.logits.dispose();
    last = (await take(result.loss))[0];
  }
  expect(tf.memory().numTensors).toBe(before);
  expect(last).toBeLessThan(0.4);
  model.dispose();
  input.dispose();
}

export const trained = (name: string) => !name.endsWith('.mean') && !name.endsWith('.variance');
export const values = (network: Network, name: string) => network.parameters.get(name)?.values as Float32Array;

export function moved(network: Network, name: string, by: (value: number, index: number) => number): Network {
  const parameters = new Map(network.parameters);
  parameters.set(name, { shape: parameters.get(name)?.shape ?? [], values: values(network, name).map(by) });
  return { ...network, parameters };
}

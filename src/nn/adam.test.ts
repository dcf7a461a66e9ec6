import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { adamLogarithm } from './adam';
import { useBackend } from './backends.testing';

beforeAll(() => useBackend('cpu'));

test('by the logarithm, numbers of any size move by the same share of themselves, and find their minimum', async () => {
  // Each loss is (log x - log target)^2, whose gradient by x is 2 log(x / target) / x.
  const targets = [0.5, 0.5e-4, 2];
  const x = tf.variable(tf.tensor1d([1, 1e-4, 1]));
  const moments = { first: tf.variable(tf.zeros([3])), second: tf.variable(tf.zeros([3])) };
  const step = (rate: number, count: number) => {
    const gradient = tf.tidy(() => tf.div(tf.mul(2, tf.log(tf.div(x, targets))), x));
    adamLogarithm(x, moments, gradient, rate, count);
    gradient.dispose();
  };
  step(0.1, 1);
  // The first step has the length of the rate, whatever the gradient.
  expect(await x.data()).toBeAllClose([Math.exp(-0.1), 1e-4 * Math.exp(-0.1), Math.exp(0.1)], { rtol: 1e-5 });
  for (let count = 2; count <= 300; count++) step(0.1 * (1 - count / 301), count);
  expect(await x.data()).toBeAllClose(targets, { rtol: 0.01 });
  tf.dispose([x, moments.first, moments.second]);
});

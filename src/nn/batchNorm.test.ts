import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { describeBackends, maxAbs, take, withoutKernels } from './backends.testing';
import { batchNormTrain } from './batchNorm';
import { batchMoments, batchNormalize, batchNormGrad } from './kernels/batchNormHeap';

const EPSILON = 1e-5;
const shape = [3, 4, 5, 6];
const channels = 6;
const count = 60;
const rng = createRng(1);
const normals = (size: number) => Float32Array.from({ length: size }, () => rng.normal());
const x = normals(count * channels).map((v, i) => v * (1 + (i % channels)) + 3 * (i % channels));
const gamma = normals(channels);
const beta = normals(channels);
const dy = normals(count * channels);

/** The definition in double precision: y, mean and biased variance of each channel. */
function definition(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>) {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) mean[i % channels] += x[i] / count;
  for (let i = 0; i < x.length; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / count;
  const y = Array.from(x, (v, i) => {
    const c = i % channels;
    return (gamma[c] * (v - mean[c])) / Math.sqrt(variance[c] + EPSILON) + beta[c];
  });
  return { y, mean, variance };
}

/** `dy . y` as a function of all three inputs. */
const scalar = (x: ArrayLike<number>, g: ArrayLike<number>, b: ArrayLike<number>) =>
  definition(x, g, b).y.reduce((sum, v, i) => sum + v * dy[i], 0);

function slopes(values: Float32Array, at: (changed: Float64Array) => number): number[] {
  const h = 1e-5;
  return Array.from(values, (_, i) => {
    const nudged = (by: number) => Float64Array.from(values, (v, j) => (i === j ? v + by : v));
    return (at(nudged(h)) - at(nudged(-h))) / (2 * h);
  });
}

const tensors = () => [tf.tensor(x, shape), tf.tensor1d(gamma), tf.tensor1d(beta), tf.tensor(dy, shape)] as const;

describeBackends('batchNormTrain', () => {
  test('matches the definition: values, mean and biased variance', async () => {
    const [tx, tg, tb, tdy] = tensors();
    const { y, mean, variance } = batchNormTrain(tx, tg, tb, EPSILON);
    const wanted = definition(x, gamma, beta);
    expect(await take(mean)).toBeAllClose(wanted.mean, { atol: 1e-5 });
    expect(await take(variance)).toBeAllClose(wanted.variance, { rtol: 1e-5 });
    expect(await take(y)).toBeAllClose(wanted.y, { atol: 1e-5 });
    tf.dispose([tx, tg, tb, tdy]);
  });

  test('its gradients match finite differences', async () => {
    const [tx, tg, tb, tdy] = tensors();
    const gradients = tf.grads((a, g, b) => batchNormTrain(a, g as tf.Tensor1D, b as tf.Tensor1D, EPSILON).y)(
      [tx, tg, tb],
      tdy,
    );
    tf.dispose([tx, tg, tb, tdy]);
    const wanted = [
      slopes(x, (changed) => scalar(changed, gamma, beta)),
      slopes(gamma, (changed) => scalar(x, changed, beta)),
      slopes(beta, (changed) => scalar(x, gamma, changed)),
    ];
    for (const [i, gradient] of gradients.entries())
      expect(await take(gradient)).toBeAllClose(wanted[i], { atol: 1e-4 * maxAbs(wanted[i]), rtol: 1e-4 });
  });

  test('gives the same without our kernels', async () => {
    const run = async () => {
      const [tx, tg, tb, tdy] = tensors();
      const norm = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
        batchNormTrain(a, g as tf.Tensor1D, b as tf.Tensor1D, EPSILON);
      const { y, mean, variance } = norm(tx, tg, tb);
      const gradients = tf.grads((a, g, b) => norm(a, g, b).y)([tx, tg, tb], tdy);
      tf.dispose([tx, tg, tb, tdy]);
      return await Promise.all([y, mean, variance, ...gradients].map(take));
    };
    const ours = await run();
    await withoutKernels([batchMoments.name, batchNormalize.name, batchNormGrad.name], async () => {
      for (const [i, values] of (await run()).entries())
        expect(values).toBeAllClose(ours[i], { atol: 1e-4 * maxAbs(ours[i]), rtol: 0 });
    });
  });

  test('its gradients match the composed formula', async () => {
    const [tx, tg, tb, tdy] = tensors();
    const composed = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
      const mean = tf.mean(a, [0, 1, 2]);
      const variance = tf.mean(tf.square(tf.sub(a, mean)), [0, 1, 2]);
      return tf.add(tf.mul(tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, EPSILON))), g), b);
    };
    const wanted = tf.grads(composed)([tx, tg, tb], tdy);
    const ours = tf.grads((a, g, b) => batchNormTrain(a, g as tf.Tensor1D, b as tf.Tensor1D, EPSILON).y)(
      [tx, tg, tb],
      tdy,
    );
    tf.dispose([tx, tg, tb, tdy]);
    for (const [i, gradient] of ours.entries()) {
      const values = await take(wanted[i]);
      expect(await take(gradient)).toBeAllClose(values, { atol: 1e-4 * maxAbs(values), rtol: 0 });
    }
  });

  test('a constant channel far from zero becomes beta, with finite gradients', async () => {
    const constant = tf.fill([2, 3, 3, 4], 1000);
    const [g, b] = [tf.ones([4]), tf.fill([4], 0.5)] as [tf.Tensor1D, tf.Tensor1D];
    const { y, mean, variance } = batchNormTrain(constant, g, b, EPSILON);
    const dx = tf.grad((a) => batchNormTrain(a, g, b, EPSILON).y)(constant);
    tf.dispose([constant, g, b]);
    expect(await take(mean)).toBeAllClose([1000, 1000, 1000, 1000]);
    expect(await take(variance)).toBeAllClose([0, 0, 0, 0], { atol: 1e-2 });
    expect(await take(y)).toBeAllClose(new Float32Array(72).fill(0.5), { atol: 1e-2 });
    expect((await take(dx)).every(Number.isFinite)).toBe(true);
  });

  test('works on features [n, c]', async () => {
    const [tx, tg, tb, tdy] = tensors();
    const flat = tf.reshape(tx, [count, channels]);
    const { y, mean, variance } = batchNormTrain(flat, tg, tb, EPSILON);
    expect(y.shape).toEqual([count, channels]);
    expect(await take(y)).toBeAllClose(definition(x, gamma, beta).y, { atol: 1e-5 });
    tf.dispose([tx, tg, tb, tdy, flat, mean, variance]);
  });
});

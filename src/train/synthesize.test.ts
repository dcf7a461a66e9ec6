import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foldBatchNorms } from '../graph/folding';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import { SynthesisError, statisticsDistance, synthesizeImages } from './synthesize';

const size = 6;
const network = randomNetwork(small(size), 5);
const prepared = {
  height: size,
  width: size,
  normalization: { mean: [0.5, 0.4, 0.5], std: [0.25, 0.25, 0.2] },
} as const;
const parameter = (name: string) => {
  const { values, shape } = network.parameters.get(name) ?? { values: [], shape: [0] };
  return tf.tensor(values, [...shape]);
};

test('the gradient of the distance is that of finite differences', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const rng = createRng(3);
  const values = Float32Array.from({ length: 2 * size * size * 3 }, () => rng.normal());
  const distance = (x: Float32Array) =>
    tf.tidy(() => statisticsDistance(network, tf.tensor4d(x, [2, size, size, 3]), parameter).dataSync()[0]);
  const gradient: Float32Array = tf.tidy(() => {
    const of = tf.grad((x) => statisticsDistance(network, x as tf.Tensor4D, parameter));
    return of(tf.tensor4d(values, [2, size, size, 3])).dataSync<'float32'>();
  });
  const most = gradient.reduce((peak, g) => Math.max(peak, Math.abs(g)), 0);
  const step = 1e-2;
  for (let i = 0; i < values.length; i += 7) {
    const moved = (by: number) => distance(values.map((v, k) => (k === i ? v + by : v)));
    const difference = (moved(step) - moved(-step)) / (2 * step);
    expect(Math.abs(difference - gradient[i])).toBeLessThan(0.03 * most);
  }
});

test('images come near to what batch norms say, are the same for a seed, and leave no tensor behind', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const before = tf.memory().numTensors;
  const reached: [number, number][] = [];
  const options = { images: 70, steps: 20, seed: 1, report: (...ends: [number, number]) => reached.push(ends) };
  const read = async (seed: number) => {
    const set = await synthesizeImages(network, prepared, { ...options, seed });
    const bytes = new Uint8Array(set.length * size * size * 3);
    for (let i = 0; i < set.length; i++) set.read(i, bytes, i * size * size * 3);
    return bytes;
  };
  const bytes = await read(1);
  expect(tf.memory().numTensors).toBe(before);
  expect(reached).toHaveLength(2); // a batch of 64, and one of 6
  for (const [first, last] of reached) expect(last).toBeLessThan(first / 2);
  expect(await read(1)).toEqual(bytes);
  expect(await read(2)).not.toEqual(bytes);
  expect(new Set(bytes).size).toBeGreaterThan(20);
});

test('a network without batch norms is refused in words', async () => {
  const folded = foldBatchNorms(network);
  await expect(synthesizeImages(folded, prepared, { images: 2, steps: 1, seed: 1 })).rejects.toThrow(SynthesisError);
});

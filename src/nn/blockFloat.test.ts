// The tensor twin of quant/bfp.ts gives the same numbers, with our kernels and composed, and a straight-through
// gradient.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { roundActivations } from '../rounding/activationRounding';
import { describeBackends, take, withoutKernels } from './backends.testing';
import { blockFloat } from './blockFloat';
import { blockFloatForward } from './kernels/blockFloatHeap';

/** Blocks of every magnitude: powers of two and their neighbors, zeros, subnormal numbers, the largest numbers. */
function trials(size: number, seed: number): Float32Array {
  const rng = createRng(seed);
  const edge = [1, 1 + 2 ** -23, 1 - 2 ** -24, 0, -0, 1.5, -1];
  return Float32Array.from({ length: size }, (_, i) => {
    const power = 2 ** (rng.integer(20) - 10);
    if (i % 5 === 0) return edge[rng.integer(edge.length)] * power;
    return i % 5 === 1 ? Math.round(rng.normal() * 8) * 0.5 * power : rng.normal() * power;
  });
}
const EXTREMES = [
  [0, 0, 0, 0],
  [1e-45, -1e-40, 0, 1e-42],
  [2 ** -64, 2 ** -65, -(2 ** -66), 2 ** -71],
  [2 ** -126, 0, 0, 2 ** -127],
  [3.4028234663852886e38, -1, 1e38, -3e38],
  [2 ** 63, 2 ** 64, -(2 ** 62), 2 ** 50],
  [Infinity, -Infinity, 1, 2 ** 60],
].map((block) => Float32Array.from(block));

const positive = (values: Float32Array) => values.map((v) => v + 0); // -0 as 0

async function expectTwin(values: Float32Array, shape: number[], block: number, bits: number) {
  const x = tf.tensor(values, shape);
  const y = blockFloat(x, block, bits);
  x.dispose();
  expect(y.shape).toEqual(shape);
  const wanted = roundActivations(values, shape[shape.length - 1], { quantizer: 'bfp', block, bits });
  expect(positive(await take(y))).toEqual(positive(wanted));
}

describeBackends('blockFloat', () => {
  const check = async () => {
    for (const [shape, block] of [
      [[2, 3, 3, 16], 32],
      [[2, 3, 3, 64], 32],
      [[2, 2, 3, 40], 32],
      [[1, 3, 3, 3], 32],
      [[2, 2, 2, 10], 4],
      [[5, 7], 3],
      [[4, 1], 8],
    ] as [number[], number][])
      for (const bits of [1, 2, 3, 4, 6, 8])
        await expectTwin(
          trials(
            shape.reduce((p, d) => p * d, 1),
            bits,
          ),
          shape,
          block,
          bits,
        );
    for (const values of EXTREMES) for (const bits of [1, 2, 4, 8]) await expectTwin(values, [1, 4], 32, bits);
  };

  test('equals quant/, number by number', check);
  test('does so composed of operations too', () => withoutKernels([blockFloatForward.name], check));

  test('NaN stays NaN and does not affect its block', async () => {
    const x = tf.tensor2d([Number.NaN, 0.3, 1.7, 2.9, Number.NaN], [1, 5]);
    const y = blockFloat(x, 8, 3);
    x.dispose();
    expect([...(await take(y))]).toEqual([Number.NaN, 0.5, 1.5, 3, Number.NaN]);
  });

  test('the gradient passes straight through', async () => {
    const [x, dy] = [tf.tensor2d(trials(12, 1), [2, 6]), tf.tensor2d(trials(12, 2), [2, 6])];
    const dx = tf.grad((t: tf.Tensor) => blockFloat(t, 4, 2))(x, dy);
    expect(await take(dx)).toEqual(trials(12, 2));
    tf.dispose([x, dy]);
  });

  test('an empty tensor stays empty', () => {
    const x = tf.tensor(new Float32Array(0), [0, 3]);
    const y = blockFloat(x, 4, 2);
    expect(y.shape).toEqual([0, 3]);
    tf.dispose([x, y]);
  });
});

// The operations that training relies on, forward and backward: wasm, with our own gradients, against cpu.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { describeBackends, maxAbs, type TestBackend, take, useBackend } from '../backends.testing';

type Operation = (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor;
const hasWasm = await useBackend('wasm');

/** Result and both gradients of an operation on random numbers, on one backend. */
async function compute(backend: TestBackend, operation: Operation, xShape: number[], kernelShape: number[]) {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  const rng = createRng(1);
  const random = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, () => rng.normal()),
      shape,
    );
  const x = random(xShape) as tf.Tensor4D;
  const kernel = random(kernelShape) as tf.Tensor4D;
  const y = tf.tidy(() => operation(x, kernel));
  const dy = random(y.shape);
  const [dx, dk] = tf.grads((a, b) => operation(a as tf.Tensor4D, b as tf.Tensor4D))([x, kernel], dy);
  tf.dispose([x, kernel, dy]);
  const results = [await take(y), await take(dx), await take(dk)];
  expect(tf.memory().numTensors).toBe(before);
  return results;
}

const pad = (top: number, bottom: number, left: number, right: number) =>
  [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as unknown as 'valid';
const paddings = [
  ['0', 'valid'],
  ['1', pad(1, 1, 1, 1)],
  ['1 at the end', pad(0, 1, 0, 1)],
  ['2 above and 1 right', pad(2, 0, 0, 1)],
] as const;
const cases = [1, 2].flatMap((stride) =>
  [1, 3].flatMap((size) =>
    paddings.flatMap(([padding, value]) => [
      { stride, size, padding, value, height: 8, width: 8 },
      { stride, size, padding, value, height: 7, width: 5 },
    ]),
  ),
);

// describeBackends below tests for missing backends, and requires them where needed.
describe.skipIf(!hasWasm)('wasm equals cpu', () => {
  async function compare(operation: Operation, xShape: number[], kernelShape: number[]) {
    const wasm = await compute('wasm', operation, xShape, kernelShape);
    const cpu = await compute('cpu', operation, xShape, kernelShape);
    wasm.forEach((values, i) => {
      expect(maxAbs(values)).toBeGreaterThan(0);
      expect(values).toBeAllClose(cpu[i], { atol: 1e-4 * maxAbs(cpu[i]), rtol: 0 });
    });
  }
  const words = 'of $size x $size, stride $stride, padding $padding, on $height x $width';

  test.each(cases)(`convolution ${words}`, async ({ stride, size, value, height, width }) => {
    await compare((x, kernel) => tf.conv2d(x, kernel, stride, value), [2, height, width, 3], [size, size, 3, 4]);
  });

  test.each(cases)(`depthwise convolution ${words}`, async ({ stride, size, value, height, width }) => {
    await compare(
      (x, kernel) => tf.depthwiseConv2d(x, kernel, stride, value),
      [2, height, width, 5],
      [size, size, 5, 1],
    );
  });

  test.each(cases.filter(({ size, padding }) => size === 3 && !padding.startsWith('2')))(
    `pooling ${words}`,
    async ({ stride, value, height, width }) => {
      const scaled = (x: tf.Tensor4D, k: tf.Tensor4D) => tf.mul(x, k) as tf.Tensor4D;
      const shape = [2, height, width, 3];
      await compare((x, k) => tf.maxPool(scaled(x, k), 3, stride, value), shape, [1, 1, 1, 3]);
      await compare((x, k) => tf.avgPool(scaled(x, k), 3, stride, value), shape, [1, 1, 1, 3]);
    },
  );
});

describeBackends('maxPool gradient', () => {
  // tfjs' own wasm kernel sends the gradient of windows without a positive number to their first element; PyTorch and
  // cpu do not.
  test.each([
    [
      [1, 2, 3, 4],
      [0, 0, 0, 1],
    ],
    [
      [-1, -2, -3, -4],
      [1, 0, 0, 0],
    ],
    [
      [-4, 0, -3, -2],
      [0, 1, 0, 0],
    ],
    [
      [-4, -1, -3, -2],
      [0, 1, 0, 0],
    ],
    [
      [-4, -3, 0.001, -2],
      [0, 0, 1, 0],
    ],
    [
      [-3, -4, -2, -1],
      [0, 0, 0, 1],
    ],
    [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
    ],
    [
      [-1, 5, 5, 5],
      [0, 1, 0, 0],
    ],
  ])('%j -> %j', async (values, expected) => {
    const x = tf.tensor4d(values, [1, 2, 2, 1]);
    const dx = tf.grad((input: tf.Tensor) => tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid'))(x);
    x.dispose();
    expect(await take(dx)).toEqual(Float32Array.from(expected));
  });

  test('padding never wins, and overlapping windows add up', async () => {
    const x = tf.tensor4d([-5, -4, -3, -2], [1, 2, 2, 1]);
    const operation = (input: tf.Tensor) => tf.maxPool(input as tf.Tensor4D, 2, 1, pad(1, 1, 1, 1)) as tf.Tensor;
    const y = operation(x);
    const dx = tf.grad(operation)(x);
    x.dispose();
    expect(await take(y)).toEqual(Float32Array.of(-5, -4, -4, -3, -2, -2, -3, -2, -2));
    expect(await take(dx)).toEqual(Float32Array.of(1, 2, 2, 4));
  });
});

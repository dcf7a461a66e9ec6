// The gradients of convolutions on wasm, both by our functions and composed of tfjs' convolutions, against the cpu backend.
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { sizeOf } from './heap';
import { registerKernels } from './register';
import { useKernelFunctions } from './wasm/module';

type Shape4 = [number, number, number, number];

interface Case {
  readonly x: Shape4;
  readonly kernel: number | [number, number];
  readonly filters: number;
  readonly stride: number;
  readonly padding: number | 'same' | 'valid' | readonly [top: number, bottom: number, left: number, right: number];
}

// Channels around the tiles of 4 and 8, odd sizes, strides that leave rows unread, kernels smaller than the stride.
const CASES: Case[] = [
  { x: [2, 8, 8, 3], kernel: 3, filters: 16, stride: 1, padding: 1 },
  { x: [2, 7, 9, 5], kernel: 3, filters: 6, stride: 1, padding: 1 },
  { x: [2, 8, 8, 16], kernel: 3, filters: 32, stride: 2, padding: 1 },
  { x: [3, 7, 5, 4], kernel: 3, filters: 9, stride: 2, padding: 1 },
  { x: [1, 9, 8, 8], kernel: 3, filters: 8, stride: 1, padding: 'valid' },
  { x: [2, 9, 8, 7], kernel: 3, filters: 12, stride: 2, padding: 'valid' },
  { x: [2, 8, 6, 7], kernel: 3, filters: 5, stride: 2, padding: 'same' },
  { x: [2, 6, 6, 16], kernel: 1, filters: 8, stride: 1, padding: 'valid' },
  { x: [2, 8, 8, 16], kernel: 1, filters: 32, stride: 2, padding: 'valid' },
  { x: [2, 7, 9, 3], kernel: 1, filters: 5, stride: 2, padding: 'valid' },
  { x: [1, 10, 11, 3], kernel: 5, filters: 4, stride: 3, padding: 2 },
  { x: [1, 9, 9, 4], kernel: [2, 3], filters: 8, stride: 2, padding: [0, 1, 2, 0] },
  { x: [5, 2, 2, 24], kernel: 3, filters: 24, stride: 1, padding: 1 },
  { x: [2, 1, 1, 8], kernel: 3, filters: 8, stride: 1, padding: 1 },
];

function scattered(shape: readonly number[], seed: number): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
}

/** Gradients of a convolution with respect to its filter and its input. */
async function gradients({ x: shape, kernel, filters, stride, padding }: Case): Promise<Float32Array[]> {
  const [kh, kw] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const filterShape: Shape4 = [kh, kw, shape[3], filters];
  const [top, bottom, left, right] = Array.isArray(padding) ? padding : Array(4).fill(padding);
  const pad = (
    typeof padding === 'string'
      ? padding
      : [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]
  ) as 'valid';
  const [dw, dx] = tf.tidy(() => {
    const x = tf.tensor(scattered(shape, 1), shape) as tf.Tensor4D;
    const filter = tf.tensor(scattered(filterShape, 2), filterShape) as tf.Tensor4D;
    const y = tf.conv2d(x, filter, stride, pad);
    const dy = tf.tensor(scattered(y.shape, 3), y.shape);
    const [dx, dw] = tf.grads((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad))(
      [x, filter],
      dy,
    );
    return [dw, dx];
  });
  const values = [(await dw.data()) as Float32Array, (await dx.data()) as Float32Array];
  tf.dispose([dw, dx]);
  return values;
}

const expected = new Map<Case, Float32Array[]>();

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const each of CASES) expected.set(each, await gradients(each));
  registerKernels('wasm');
  await tf.setBackend('wasm');
});

afterEach(() => useKernelFunctions(tf.backend() as BackendWasm, true));

describe.each(CASES)('$x by $kernel to $filters, stride $stride, padding $padding', (each) => {
  test.each([
    { way: 'our functions', on: true },
    { way: 'composed', on: false },
  ])('$way like cpu', async ({ on }) => {
    useKernelFunctions(tf.backend() as BackendWasm, on);
    const alive = tf.memory().numTensors;
    const computed = await gradients(each);
    computed.forEach((values, i) => {
      const reference = (expected.get(each) as Float32Array[])[i];
      const largest = reference.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
      expect(values).toBeAllClose(reference, { rtol: 0, atol: 1e-5 * largest });
    });
    expect(tf.memory().numTensors).toBe(alive);
  });
});

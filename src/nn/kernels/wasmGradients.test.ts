// Convolutions and their gradients on wasm, by our functions and by tfjs' convolutions, against the cpu backend.
import { setFlagsFromString } from 'node:v8';
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { sizeOf } from './heap';
import { registerKernels } from './register';
import { FUSED_KERNEL_BYTES } from './wasm/kernelBytes';
import { type KernelMode, setKernelMode } from './wasm/module';

// Node 20 has relaxed SIMD behind a flag; later versions have it by default.
if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const hasRelaxed = WebAssembly.validate(Buffer.from(FUSED_KERNEL_BYTES, 'base64'));

type Shape4 = [number, number, number, number];

interface Case {
  readonly x: Shape4;
  readonly kernel: number | [number, number];
  readonly filters: number;
  readonly stride: number;
  readonly padding: number | 'same' | 'valid' | readonly [top: number, bottom: number, left: number, right: number];
}

// Channel counts around the tiles of 4 and 8, odd sizes, strides that leave rows unread, kernels smaller than the
// stride.
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
  { x: [1, 1, 1, 4], kernel: 1, filters: 4, stride: 5, padding: 2 }, // reads padding only
  { x: [2, 1, 1, 8], kernel: 3, filters: 8, stride: 1, padding: 1 },
];

function scattered(shape: readonly number[], seed: number): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
}

/** Gradients of a convolution with respect to its filter and its input, and a convolution with bias and ReLU. */
async function results({ x: shape, kernel, filters, stride, padding }: Case): Promise<Float32Array[]> {
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
  const tensors = tf.tidy(() => {
    const x = tf.tensor(scattered(shape, 1), shape) as tf.Tensor4D;
    const filter = tf.tensor(scattered(filterShape, 2), filterShape) as tf.Tensor4D;
    const y = tf.conv2d(x, filter, stride, pad);
    const dy = tf.tensor(scattered(y.shape, 3), y.shape);
    const [dx, dw] = tf.grads((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad))(
      [x, filter],
      dy,
    );
    const bias = tf.tensor1d(scattered([filters], 4));
    return [dw, dx, tf.fused.conv2d({ x, filter, strides: stride, pad, bias, activation: 'relu' })];
  });
  const values: Float32Array[] = [];
  for (const tensor of tensors) values.push((await tensor.data()) as Float32Array);
  tf.dispose(tensors);
  return values;
}

const expected = new Map<Case, Float32Array[]>();

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const each of CASES) expected.set(each, await results(each));
  await registerKernels('wasm');
  await tf.setBackend('wasm');
});

afterEach(() => setKernelMode(tf.backend() as BackendWasm, 'fused'));

describe.each(CASES)('$x by $kernel to $filters, stride $stride, padding $padding', (each) => {
  test.for<KernelMode>(['fused', 'plain', 'off'])('%s like cpu', async (mode, { skip }) => {
    skip(mode === 'fused' && !hasRelaxed, 'no relaxed SIMD here');
    setKernelMode(tf.backend() as BackendWasm, mode);
    const alive = tf.memory().numTensors;
    const computed = await results(each);
    computed.forEach((values, i) => {
      const reference = (expected.get(each) as Float32Array[])[i];
      const largest = reference.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
      expect(values).toBeAllClose(reference, { rtol: 0, atol: 1e-5 * largest });
    });
    expect(tf.memory().numTensors).toBe(alive);
  });
});

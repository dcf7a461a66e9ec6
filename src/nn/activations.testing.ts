// Activations on the current backend against their definitions, for every backend's tests.
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { NetworkNode } from '../graph/network';
import { take } from './backends.testing';
import { runActivation } from './elementwise';
import { activationReference } from './reference.testing';

export const SLOPES = [0.25, -0.5];

/** A node of each activation. */
export const ACTIVATIONS = [
  ...['relu', 'relu6', 'sigmoid', 'tanh', 'silu', 'hardSwish', 'gelu', 'geluTanh', 'prelu'].map((op) => ({ op })),
  { op: 'leakyRelu', alpha: 0.1 },
  { op: 'elu', alpha: 0.7 },
  { op: 'hardSigmoid', alpha: 0.2, beta: 0.4 },
  { op: 'sign', scale: 1.5 },
].map((node) => ({ id: 'node', inputs: [], ...node }) as unknown as NetworkNode);

/** Numbers on both sides of all corners (-3, -2, 0, 3, 6), in rows of two channels, and none on them. */
const POINTS = Float32Array.from({ length: 32 }, (_, i) => -4.4 + 0.36 * i);

/** Expects what the definition gives, and its slope by finite differences. */
export async function expectAsDefined(node: NetworkNode): Promise<void> {
  const f = node.op === 'prelu' ? (v: number, i: number) => (v < 0 ? v * SLOPES[i % 2] : v) : activationReference(node);
  const x = tf.tensor4d(POINTS, [2, 2, 4, 2]);
  const slopes = tf.tensor1d(SLOPES);
  const [y, dx] = tf.tidy(() => {
    const run = (of: tf.Tensor) => runActivation(node, of, () => slopes);
    return [run(x), tf.grad(run)(x)];
  });
  tf.dispose([x, slopes]);
  // Signs pass gradients as the clip that they stand for.
  const smooth = node.op === 'sign' ? (v: number) => Math.max(-node.scale, Math.min(node.scale, v)) : f;
  const h = 1e-4;
  expect(await take(y)).toBeAllClose([...POINTS].map(f), { rtol: 1e-5, atol: 1e-6 });
  const slope = [...POINTS].map((v, i) => (smooth(v + h, i) - smooth(v - h, i)) / (2 * h));
  expect(await take(dx)).toBeAllClose(slope, { rtol: 1e-4, atol: 1e-5 });
}

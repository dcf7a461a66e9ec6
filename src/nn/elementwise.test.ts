import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { NetworkNode } from '../graph/network';
import { describeBackends, take } from './backends.testing';
import { runActivation } from './elementwise';
import { activationReference } from './reference.testing';

const SLOPES = [0.25, -0.5];

const NODES = [
  ...['relu', 'relu6', 'sigmoid', 'tanh', 'silu', 'hardSwish', 'gelu', 'geluTanh', 'prelu'].map((op) => ({ op })),
  { op: 'leakyRelu', alpha: 0.1 },
  { op: 'elu', alpha: 0.7 },
  { op: 'hardSigmoid', alpha: 0.2, beta: 0.4 },
  { op: 'sign', scale: 1.5 },
].map((node) => ({ id: 'node', inputs: [], ...node }) as unknown as NetworkNode);

/** Numbers on both sides of all corners (-3, -2, 0, 3, 6), in rows of two channels, and none on them. */
const POINTS = Float32Array.from({ length: 32 }, (_, i) => -4.4 + 0.36 * i);

describeBackends('activations', () => {
  test.each(NODES)('$op gives what its definition gives, and its slope', async (node) => {
    const f =
      node.op === 'prelu' ? (v: number, i: number) => (v < 0 ? v * SLOPES[i % 2] : v) : activationReference(node);
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
  });

  test('the slopes of prelu have gradients', async () => {
    const x = tf.tensor4d([-1, -2, 3, -4], [1, 1, 2, 2]);
    const slopes = tf.tensor1d(SLOPES);
    const node = { op: 'prelu', id: 'node', inputs: [] } as const;
    const gradient = tf.tidy(() => tf.grad((a) => runActivation(node, x, () => a))(slopes));
    tf.dispose([x, slopes]);
    expect(await take(gradient)).toEqual(Float32Array.of(-1, -6));
  });
});

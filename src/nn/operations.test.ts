import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { NetworkNode } from '../graph/network';
import { describeBackends, take } from './backends.testing';
import { runPlainNode } from './operations';

const none = () => {
  throw new Error('no parameter');
};
const run = (node: object, ...inputs: tf.Tensor[]) =>
  tf.tidy(() => runPlainNode({ id: 'node', inputs: [], ...node } as unknown as NetworkNode, inputs, none));

describeBackends('operations', () => {
  test.each([
    [4, 4, 2, 2],
    [5, 7, 2, 2],
    [7, 5, 3, 2],
    [3, 3, 4, 4],
    [1, 1, 2, 2],
    [6, 4, 1, 1],
  ])('subsample of %d x %d by %d, %d takes every s-th row and column', async (h, w, sh, sw) => {
    const values = Float32Array.from({ length: 2 * h * w * 3 }, (_, i) => i + 1);
    const x = tf.tensor4d(values, [2, h, w, 3]);
    const node = { op: 'subsample', strides: [sh, sw] };
    const y = run(node, x);
    const expected: number[] = [];
    const gradient = new Float32Array(values.length);
    for (let n = 0; n < 2; n++)
      for (let i = 0; i < h; i += sh)
        for (let j = 0; j < w; j += sw)
          for (let c = 0; c < 3; c++) {
            const at = ((n * h + i) * w + j) * 3 + c;
            expected.push(values[at]);
            gradient[at] = 1;
          }
    expect(y.shape).toEqual([2, Math.ceil(h / sh), Math.ceil(w / sw), 3]);
    expect(await take(y)).toEqual(Float32Array.from(expected));
    const dx = tf.grad((input: tf.Tensor) => run(node, input))(x);
    x.dispose();
    expect(await take(dx)).toEqual(gradient);
  });

  test('an average counts padding only on request', async () => {
    const x = tf.ones([1, 2, 2, 1]);
    const pool = { op: 'avgPool', size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] };
    const counted = run({ ...pool, countPadding: true }, x);
    const uncounted = run(pool, x);
    const lopsided = run({ ...pool, size: [2, 2], padding: [0, 1, 1, 0], countPadding: true }, x);
    x.dispose();
    expect(await take(counted)).toBeAllClose(new Float32Array(4).fill(4 / 9));
    expect(await take(uncounted)).toBeAllClose([1, 1, 1, 1]);
    expect(await take(lopsided)).toBeAllClose([0.5, 1, 0.25, 0.5]);
  });

  test('an average without padding has the right gradient', async () => {
    const x = tf.ones([1, 2, 2, 1]);
    const node = { op: 'avgPool', size: [2, 2], strides: [2, 2], padding: [1, 1, 1, 1] };
    const dx = tf.grad((input: tf.Tensor) => run(node, input))(x);
    x.dispose();
    // Each of the four windows contains one pixel; tfjs' own gradient gives 1/4.
    expect(await take(dx)).toBeAllClose([1, 1, 1, 1]);
  });

  test('pad puts zeros around positions and channels', async () => {
    const x = tf.tensor4d([1, 2], [1, 1, 1, 2]);
    const y = run({ op: 'pad', padding: [1, 0, 0, 1], channels: [1, 2] }, x);
    x.dispose();
    expect(y.shape).toEqual([1, 2, 2, 5]);
    expect(await take(y)).toEqual(Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0));
  });

  test('add and concat take any number of inputs', async () => {
    const parts = [1, 2, 3].map((v) => tf.fill([1, 1, 2, v], v));
    const equal = [1, 2, 3].map((v) => tf.fill([1, 1, 1, 2], v));
    const joined = run({ op: 'concat' }, ...parts);
    const sum = run({ op: 'add' }, ...equal);
    tf.dispose([...parts, ...equal]);
    expect(await take(joined)).toEqual(Float32Array.of(1, 2, 2, 3, 3, 3, 1, 2, 2, 3, 3, 3));
    expect(await take(sum)).toEqual(Float32Array.of(6, 6));
  });

  test('a layer is not a plain operation', () => {
    const x = tf.scalar(1);
    expect(() => run({ op: 'dense', units: 1, bias: false }, x)).toThrow(
      '"node" (dense) is not an operation without weights.',
    );
    x.dispose();
  });
});

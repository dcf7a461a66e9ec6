import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { ACTIVATIONS, expectAsDefined, SLOPES } from './activations.testing';
import { describeBackends, take } from './backends.testing';
import { runActivation } from './elementwise';

describeBackends('activations', () => {
  test.each(ACTIVATIONS)('$op gives what its definition gives, and its slope', expectAsDefined);

  test('the slopes of prelu have gradients', async () => {
    const x = tf.tensor4d([-1, -2, 3, -4], [1, 1, 2, 2]);
    const slopes = tf.tensor1d(SLOPES);
    const node = { op: 'prelu', id: 'node', inputs: [] } as const;
    const gradient = tf.tidy(() => tf.grad((a) => runActivation(node, x, () => a))(slopes));
    tf.dispose([x, slopes]);
    expect(await take(gradient)).toEqual(Float32Array.of(-1, -6));
  });
});

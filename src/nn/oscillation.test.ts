// A toy of one layer whose best weights lie between two levels: the weights oscillate, and damping holds them.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { useBackend } from './backends.testing';
import { dampingAt, OSCILLATING, Oscillations } from './oscillation';
import { gridPosition } from './quantizers/gridPosition';
import { quantizeWeights } from './quantizers/quantizeWeights';

const SCHEME = { quantizer: 'affine', granularity: 'tensor', range: 'mse' } as const;
const COUNT = 200;

/**
 * Descends `sum (rounded w - target)^2 / 2` in the weights, on levels -1.5, -0.5, 0.5, 1.5, and returns the share of weights
 * that oscillate at the end, and the loss.
 */
async function descend(most: number): Promise<{ share: number; loss: number }> {
  const rng = createRng(3);
  const draw = () => Float32Array.from({ length: COUNT }, () => 3 * rng.uniform() - 1.5);
  const target = tf.tensor(draw(), [COUNT, 1]);
  const first = tf.tensor(draw(), [COUNT, 1]);
  const w = tf.variable(first);
  const learned = tf.tensor2d([[1], [-1.5]]);
  const seen = new Oscillations();
  const steps = 1000;
  const lossOf = () =>
    tf.div<tf.Scalar>(tf.sum(tf.square(tf.sub(quantizeWeights(w, 'dense', SCHEME, 2, learned), target))), 2);
  for (let step = 0; step < steps; step++)
    tf.tidy(() => {
      const own = tf.variableGrads(lossOf, [w]).grads[w.name];
      const { codes, distance } = gridPosition(w, 'dense', SCHEME, 2, learned);
      seen.observe('w', codes);
      const damped = tf.add(own, tf.mul(distance, 2 * dampingAt(most, step / steps)));
      w.assign(tf.sub(w, tf.mul(damped, 0.05)));
    });
  const loss = tf.tidy(() => lossOf().dataSync()[0]);
  const share = await seen.share();
  seen.dispose();
  tf.dispose([w, first, target, learned]);
  return { share, loss };
}

describe('oscillations', () => {
  test('fall with damping, at about the same loss', async () => {
    expect(await useBackend('cpu')).toBe(true);
    const before = tf.memory().numTensors;
    const [free, damped] = [await descend(0), await descend(4)];
    expect(free.share).toBeGreaterThan(0.8);
    expect(damped.share).toBeLessThan(free.share / 4);
    expect(damped.loss).toBeLessThanOrEqual(free.loss * 1.1);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('are changes that go back on the change before', async () => {
    expect(await useBackend('cpu')).toBe(true);
    const seen = new Oscillations();
    // Of four weights: one stays, one climbs, one changes once, one goes up and down.
    for (let step = 0; step < 4; step++)
      tf.tidy(() => seen.observe('k', tf.tensor1d([0, step, Number(step > 0), step % 2])));
    expect(await seen.share()).toBe(1 / 4);
    expect(OSCILLATING).toBeLessThan(0.01);
    seen.dispose();
  });

  test('damping grows from 0 to its end', () => {
    expect(dampingAt(3, 0)).toBe(0);
    expect(dampingAt(3, 0.5)).toBeCloseTo(1.5, 12);
    expect(dampingAt(3, 1)).toBe(3);
  });
});

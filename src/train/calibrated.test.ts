// A calibration that takes seconds gives others their turn, and can be ended without a trace.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { PLAIN_CALIBRATION } from '../quant/calibration';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { Calibrated } from './calibrated';
import { colorDataset } from './synthetic.testing';

const dataset = colorDataset(40, 8, 8);
const network = initialize(networks.tiny.build([8, 8, 3], dataset.classes.length), createRng(2));
const policy = uniformPolicy(network, 2, FLOAT);
const schemeOf = (part: object): QuantScheme =>
  withCalibration({ quantizer: 'affine', granularity: 'channel' }, { ...PLAIN_CALIBRATION, images: 16, ...part });

class Ended extends Error {}

/** A turn that ends the work at its `last` call. */
const until = (last: number) => {
  let calls = 0;
  return async () => {
    if (++calls >= last) throw new Ended();
  };
};

test.each([
  ['error feedback', { rounding: 'gptq' }],
  ['learned rounding', { rounding: 'adaround' }],
  ['synthesized images', { rounding: 'gptq', synthesize: true }],
])('%s can be ended at any turn, and leaks no tensor', async (_, part) => {
  expect(await useBackend('wasm')).toBe(true);
  const scheme = schemeOf(part);
  const calibrated = new Calibrated(network, dataset);
  const before = tf.memory().numTensors;
  for (const last of [1, 2, 5, 12, 30]) {
    const ended = await calibrated.networkFor(policy, scheme, until(last)).catch((error) => error);
    if (!(ended instanceof Ended)) break;
    expect(tf.memory().numTensors).toBe(before);
  }
  const { parameters } = await calibrated.networkFor(policy, scheme);
  expect([...parameters.keys()].some((name) => name.includes('codes@'))).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});

test('whoever waits for the work of another that is ended gets the network all the same', async () => {
  const scheme = schemeOf({ rounding: 'gptq' });
  const calibrated = new Calibrated(network, dataset);
  const first = calibrated.networkFor(policy, scheme, until(3));
  const second = calibrated.networkFor(policy, scheme);
  await expect(first).rejects.toThrow(Ended);
  const found = await second;
  expect(await calibrated.networkFor(policy, scheme)).toBe(found);
});

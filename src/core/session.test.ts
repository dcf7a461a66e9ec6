// The session without a worker: work in stages and in one go, ended by its turn, and interleaved with other jobs.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import { untrainedNetwork } from '../engine/checkpoints';
import { parameterName } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { MeasureParams } from './measurement';
import { NotReadyError, Session } from './session';
import type { TrainOptions } from './trainOptions';
import { resultOf } from './turn';

const PUBLIC = new URL('../../public/', import.meta.url);
const assets = async (path: string) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer;
const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
// Time stands still, so that no report within a stage is due on a slow machine.
const session = new Session({ now: () => 0, cacheBytes: 16e6 });
let params: MeasureParams;

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  const request = { seed: 1, assets, decode: async () => new Uint8Array(), signal: new AbortController().signal };
  const { dataset } = await session.openDataset('emoji10', { ...request, report: () => {} });
  const none = { get: async () => undefined, put: async () => ({ kept: true }) as const, delete: async () => {} };
  const { network } = session.openNetwork(
    'tiny',
    await untrainedNetwork('tiny', { ...dataset, id: 'emoji10' }, assets, none),
  );
  params = { policy: uniformPolicy(network, 3, 4), scheme: SCHEME, split: 'test', stages: [64, 200] };
});

test('every job is refused before a data set and a network are open', () => {
  const empty = new Session({ now: () => 0, cacheBytes: 0 });
  expect(() => empty.measure(params)).toThrow(NotReadyError);
  expect(() => empty.images).toThrow('No data set is open yet');
});

test.each([
  ['plain', SCHEME],
  ['corrected', withCalibration(SCHEME, { correction: 'bias', images: 64 })],
  ['folded', withCalibration(SCHEME, { batchNorm: 'fold' })],
])('%s: in stages, in one go and beside the float network, a policy measures the same', async (_, scheme) => {
  const stages: number[] = [];
  const staged = await resultOf(session.measure({ ...params, scheme }), ({ accuracy }) => void stages.push(accuracy.n));
  const { margins: __, ...whole } = await resultOf(session.measure({ ...params, scheme, stages: [200] }));
  const { againstFloat, flips, ...compared } = await resultOf(session.measureAgainstFloat({ ...params, scheme }));
  expect(stages).toEqual([64]);
  for (const each of [staged, compared]) {
    expect([each.accuracy, each.predictions, each.confusion]).toEqual([
      whole.accuracy,
      whole.predictions,
      whole.confusion,
    ]);
    expect(each.loss).toBeCloseTo(whole.loss, 12);
  }
  const float = await session.unroundedAccuracy('test', 200);
  expect(whole.accuracy.value - float.value).toBeCloseTo(againstFloat.difference, 12);
  expect(flips.index.length).toBeGreaterThan(0);
});

describe('jobs ended by their turn', () => {
  const stop = async () => {
    throw new DOMException('', 'AbortError');
  };
  const setting = {
    method: 'uniform',
    options: {},
    scheme: SCHEME,
    allowed: { weights: [2, 3, 4], activations: [8], locks: {} },
    limits: [],
    budget: { evaluations: 3 },
    seeds: [],
    images: 64,
    steps: 0,
    batchSize: 16,
    learningRate: 0.02,
    seed: 1,
  } as const;

  test.each([
    ['a measurement', () => resultOf(session.measureAgainstFloat(params, stop))],
    ['a table', () => resultOf(session.sensitivity({ scheme: SCHEME, images: 64, activations: true }, stop))],
    ['a search', () => resultOf(session.search(setting, stop))],
    [
      'a corrected measurement',
      () =>
        resultOf(
          session.measure({ ...params, scheme: withCalibration(SCHEME, { correction: 'bias', images: 32 }) }, stop),
        ),
    ],
  ])('%s throws the error of its turn and leaks no tensor', async (_, work) => {
    // The first call also allocates tensors that live as long as the network.
    await expect(work()).rejects.toThrow(DOMException);
    const { numTensors } = tf.memory();
    await expect(work()).rejects.toThrow(DOMException);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('training stopped between two steps leaves usable weights', async () => {
    const options: TrainOptions = {
      ...{ epochs: 1, batchSize: 32, learningRate: 0.01, schedule: 'cosine', momentum: 0.9, weightDecay: 0 },
      ...{ labelSmoothing: 0, augment: false, imagesPerEpoch: 320, seed: 1, fromScratch: false },
      ...{ policy: params.policy, scheme: SCHEME },
    };
    const kernel = parameterName('conv1', 'kernel');
    const before = tf.memory().numTensors;
    const run = session.train(options);
    await run.next();
    const second = await run.next();
    if (second.done) throw new Error('It ended too early.');
    const [trained, accuracy, soFar] = [
      await second.value.weights(),
      await second.value.validate(64),
      await second.value.soFar(),
    ];
    await run.return(trained);
    expect(tf.memory().numTensors).toBe(before);
    expect(accuracy.n).toBe(64);
    expect(trained.parameters.get(kernel)).not.toEqual(session.model.network.parameters.get(kernel));
    // Resuming from the saved state reaches the same end.
    const whole = await resultOf(session.train(options));
    const gone = await resultOf(session.train(options, soFar));
    expect(gone.parameters).toEqual(whole.parameters);
  });
});

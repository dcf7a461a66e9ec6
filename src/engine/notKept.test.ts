// A browser that can store nothing: everything works until the page is closed, and each answer says what will be lost
// then. data/keptFiles.test.ts tests the ways in which storage can fail.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { bring, startTestEngine, type TestEngine, TRAINING } from './engine.testing';
import type { Progress } from './protocol/commands';
import type { SearchSettings } from './protocol/searching';

const WHY = 'there is no room left';
let engine: TestEngine;

beforeAll(async () => {
  engine = startTestEngine(new Map(), WHY);
  await engine.client.call('start', { backend: 'wasm' }).result;
  await engine.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
});
afterAll(() => engine.close());

test('imported networks, trained weights and searches each report that they were not stored', async () => {
  const { client, kept } = engine;
  const network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(1));
  const input = { normalization: { mean: [0, 0, 0], std: [1, 1, 1] }, channels: 'rgb' } as const;
  const token = await bring(client, network);
  const brought = { id: 'own-mine', token, label: 'mine', input, recipe: '' } as const;
  const opened = await client.call('openOwnNetwork', brought).result;
  expect(opened.notKept).toBe(WHY);

  const trained = await client.call('train', { ...TRAINING, batchSize: 8, imagesPerEpoch: 16 }).result;
  expect(trained).toMatchObject({ reason: 'finished', notKept: WHY, network: { checkpoint: { origin: 'trained' } } });

  const said: Progress<'search'>[] = [];
  const setting: SearchSettings = {
    method: 'uniform',
    options: {},
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    allowed: { weights: [2, 4, 8], activations: [8], locks: {} },
    limits: [],
    budget: { evaluations: 9 },
    seeds: [],
    images: 16,
    steps: 0,
    batchSize: 16,
    learningRate: 0.02,
    seed: 3,
  };
  const params = { run: 'r', setting, testImages: 16, resume: false };
  const outcome = await client.call('search', params, (progress) => said.push(progress)).result;
  expect(outcome.reason).toBe('finished');
  // Three points should have been stored; the failure is reported once.
  expect(said.filter(({ kind }) => kind === 'notKept')).toEqual([{ kind: 'notKept', why: WHY }]);
  expect(kept.size).toBe(0);
});

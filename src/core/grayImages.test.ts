// A network of one channel in a session: it reads the luminance of color images, in everything that can be done with it.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import type { InputNode } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { tryInputs } from '../train/inputTrials';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { Session } from './session';
import { resultOf } from './turn';

const PUBLIC = new URL('../../public/', import.meta.url);
const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const session = new Session({ now: () => 0, cacheBytes: 0 });

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  const assets = async (path: string) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer;
  await session.openDataset('emoji10', {
    ...{ seed: 1, assets, decode: async () => new Uint8Array(), signal: new AbortController().signal },
    report: () => {},
  });
  // Also another size than the images have.
  const network = initialize(networks.tiny.build([28, 28, 1], 10), createRng(1));
  session.openNetwork('own-gray', { network, checkpoint: { origin: 'own', recipe: 'random' } });
});

test('the preprocessing of colors is weighed as luminance weighs them', () => {
  const { mean, std } = session.model.dataset.normalization;
  const [r, g, b] = session.images.dataset.normalization.mean as readonly [number, number, number];
  expect(mean).toEqual([0.299 * r + 0.587 * g + 0.114 * b]);
  expect(std).toHaveLength(1);
});

test('it trains, measures, and is calibrated on synthesized images', async () => {
  const training = session.train({
    ...{ epochs: 1, batchSize: 32, learningRate: 0.05, schedule: 'cosine', momentum: 0.9, weightDecay: 5e-4 },
    ...{ augment: true, imagesPerEpoch: 640, seed: 1, labelSmoothing: 0, fromScratch: false },
  });
  const losses: number[] = [];
  const network = await resultOf(training, ({ loss }) => {
    if (loss !== undefined) losses.push(loss);
  });
  expect(losses.at(-1)).toBeLessThan(losses[0]);
  session.openNetwork('own-gray', { network, checkpoint: { origin: 'own', recipe: 'trained' } });
  const params = { split: 'validation', stages: [128], policy: uniformPolicy(network, 4, 8) } as const;
  const plain = await resultOf(session.measure({ ...params, scheme: SCHEME }));
  expect(plain.accuracy.value).toBeGreaterThan(0.15);
  const scheme = withCalibration(SCHEME, { correction: 'bias', images: 64, synthesize: true });
  const synthesized = await resultOf(session.measure({ ...params, scheme }));
  expect(synthesized.accuracy.value).toBeGreaterThan(0.15);
  const { policy } = params;
  const shown = await session.inspectActivations({
    ...{ layer: network.nodes[1].id, image: 0, split: 'validation', policy, scheme: SCHEME },
  });
  expect(shown.float).toHaveLength(shown.shape.reduce((product, d) => product * d, 1));
});

test('its preprocessing is found by trial, MNIST’s among the usual ones, without an order of colors', async () => {
  const { network } = session.model;
  const { trials } = await tryInputs(network, session.images.dataset, 64, async () => {});
  expect(trials.map(({ normalization }) => normalization)).toContain('mnist');
  expect(new Set(trials.map(({ channels }) => channels))).toEqual(new Set(['rgb']));
  for (const { values } of trials) expect(values.mean).toHaveLength(1);
  expect((network.nodes[0] as InputNode).shape).toEqual([28, 28, 1]);
});

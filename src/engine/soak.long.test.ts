// Many measurements, cancellations, trainings and network switches in one engine: neither tensors nor memory
// accumulate.
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BIT_WIDTHS, type BitPolicy, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { startTestEngine, type TestEngine, TRAINING } from './engine.testing';
import type { LoadedNetwork } from './protocol/opening';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
const rng = createRng(1);
let engine: TestEngine;
let network: LoadedNetwork;

const open = async (id: 'tiny' | 'resnet8') => engine.client.call('openNetwork', { network: id }).result;
const evaluate = (policy: BitPolicy, images: number) =>
  engine.client.call('evaluate', { policy, scheme: SCHEME, split: 'test', stages: [images] });

function randomPolicy(): BitPolicy {
  const any = () => BIT_WIDTHS[rng.integer(BIT_WIDTHS.length)];
  const uniform = uniformPolicy(network.architecture, 8, 8);
  return Object.fromEntries(Object.keys(uniform).map((layer) => [layer, { weights: any(), activations: 8 }]));
}

/** Runs `work` often; returns the growth in tensors from a tenth of the rounds to the end. */
async function growth(rounds: number, work: (round: number) => Promise<unknown>) {
  let before = 0;
  for (let round = 0; round < rounds; round++) {
    await work(round);
    if (round === Math.ceil(rounds / 10)) before = memory().numTensors;
  }
  return memory().numTensors - before;
}

beforeAll(async () => {
  engine = startTestEngine();
  await engine.client.call('start', { backend: 'wasm' }).result;
  await engine.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  network = await open('tiny');
});
afterAll(() => engine.close());

it('measures 1,000 random policies without leaking a tensor', async () => {
  // The prefix cache may hold other prefixes at the end than before: at most one layer more.
  const grown = await growth(1000, () => evaluate(randomPolicy(), 64).result);
  expect(grown).toBeLessThanOrEqual(network.architecture.nodes.length);
});

it('starts and cancels 400 measurements without leaking a tensor', async () => {
  const grown = await growth(400, async (round) => {
    const call = evaluate(randomPolicy(), 512);
    const ended = call.result.catch(() => undefined);
    if (round % 3 > 0) await new Promise((resolve) => setTimeout(resolve, rng.uniform() * 10));
    call.cancel();
    await ended;
    // At rest, everything that the canceled one held is gone.
    if (round % 40 === 0) await evaluate(uniformPolicy(network.architecture, 8, 8), 64).result;
  });
  expect(grown).toBeLessThanOrEqual(network.architecture.nodes.length);
});

it('trains 30 times without leaking a tensor', async () => {
  const policy = uniformPolicy(network.architecture, 4, 8);
  const grown = await growth(
    30,
    () => engine.client.call('train', { ...TRAINING, imagesPerEpoch: 160, policy, scheme: SCHEME }).result,
  );
  expect(grown).toBeLessThanOrEqual(network.architecture.nodes.length);
});

it('switches networks 91 times without leaking a tensor', async () => {
  // Inspected in rounds 10 and 90, on the same network.
  const grown = await growth(91, async (round) => {
    network = await open(round % 2 === 0 ? 'resnet8' : 'tiny');
    await evaluate(uniformPolicy(network.architecture, 8, 8), 64).result;
  });
  expect(grown).toBe(0);
});

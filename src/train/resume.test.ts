// An interrupted training resumes and reaches exactly the same losses and weights, to the last bit.
import { expect, test } from 'vitest';
import { readState, writeState } from '../formats/stateFile';
import type { Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { small } from '../nn/networks.testing';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { calibrate } from './calibrate';
import { distill } from './distill';
import { colorDataset } from './synthetic.testing';
import { type StepMetrics, type TrainSettings, type TrainState, train } from './train';

const dataset = colorDataset(24, 12);
const network = initialize(small(), createRng(1));
const settings: TrainSettings = {
  epochs: 4,
  batchSize: 6,
  learningRate: 0.1,
  schedule: 'one-cycle',
  momentum: 0.9,
  weightDecay: 1e-3,
  labelSmoothing: 0.1,
  augment: true,
  imagesPerEpoch: 24,
  seed: 7,
};
const STEPS = 16;

type Generator = AsyncGenerator<StepMetrics, Network, void>;
type Begin = (from?: TrainState) => Generator;

/** Metrics of the steps to the end, or to `until` together with the state of the run, as stored bytes. */
async function course(run: Generator, until = Number.POSITIVE_INFINITY) {
  const steps: unknown[] = [];
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { steps, network: value };
    const { weights: _, state, ...numbers } = value;
    steps.push(numbers);
    if (numbers.step === until) {
      const bytes = writeState(await state());
      await run.return(undefined as never);
      return { steps, bytes };
    }
  }
}

async function rounding(scheme: QuantScheme): Promise<Rounding> {
  return { policy: uniformPolicy(network, 2, 3), scheme, ranges: await calibrate(network, dataset, 24) };
}

const WAYS: readonly (readonly [name: string, begin: () => Promise<Begin>])[] = [
  ['in float', async () => (from) => train(network, dataset, settings, undefined, from)],
  [
    'under learned steps and clips, in stages',
    async () => {
      const quantAware = await rounding({ quantizer: 'lsq', granularity: 'channel', activations: 'pact' });
      return (from) => train(network, dataset, { ...settings, progressive: true }, quantAware, from);
    },
  ],
  ['in shards', async () => (from) => train(network, dataset, { ...settings, shards: 2 }, undefined, from)],
  [
    'from float answers',
    async () => {
      const quantAware = await rounding({ quantizer: 'symmetric', granularity: 'tensor' });
      return (from) => distill(network, dataset, { ...settings, temperature: 2 }, quantAware, from);
    },
  ],
];

describeBackends('a run that was cut off', () => {
  test.each(WAYS)('%s: cut off at every step, goes on the same', async (_, prepare) => {
    const begin = await prepare();
    const whole = await course(begin());
    expect(whole.steps).toHaveLength(STEPS);
    let run = await course(begin(), 1);
    const steps = [...run.steps];
    // In the middle of an epoch, at its end, between two reports, at the end of a stage, at the last step.
    for (let at = 2; at <= STEPS + 1; at++) {
      run = await course(begin(readState(run.bytes as Uint8Array) as TrainState), at);
      steps.push(...run.steps);
    }
    expect(steps).toEqual(whole.steps);
    expect(run.network).toEqual(whole.network);
  });

  test('rejects the state of another network', async () => {
    const { bytes } = await course(train(network, dataset, settings), 2);
    const state = readState(bytes as Uint8Array) as TrainState;
    const { 'value:fc.bias': _, ...variables } = state.variables;
    await expect(train(network, dataset, settings, undefined, { ...state, variables }).next()).rejects.toThrow(
      'fc.bias',
    );
  });
});

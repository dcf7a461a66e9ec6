// Runs whose losses and weights do not depend on the engines that share them, for tests.
import { layersOf, type Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { small } from '../nn/networks.testing';
import { Supernet } from '../nn/supernet';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { calibrate } from './calibrate';
import { distill } from './distill';
import { trainJointly } from './joint';
import { randomPass, uniformPasses } from './passes';
import type { StepsFor } from './sharedSteps';
import { colorDataset } from './synthetic.testing';
import { type StepMetrics, type TrainSettings, type TrainState, train } from './train';

export const dataset = colorDataset(24, 12);
export const network = initialize(small(), createRng(1));
export const settings: TrainSettings = {
  epochs: 2,
  batchSize: 8,
  learningRate: 0.1,
  schedule: 'one-cycle',
  momentum: 0.9,
  weightDecay: 1e-3,
  labelSmoothing: 0.1,
  augment: true,
  imagesPerEpoch: 24,
  seed: 7,
  shards: 4,
};

/** All metrics and the final weights. */
export interface Course {
  readonly numbers: readonly unknown[];
  readonly network: unknown;
}

export type Run = (stepsFor?: StepsFor, from?: TrainState) => Promise<Course>;

async function courseOf(run: AsyncGenerator<StepMetrics, Network, void>): Promise<Course> {
  const numbers: unknown[] = [];
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { numbers, network: value.parameters };
    const { weights: _, state: __, ...metrics } = value;
    numbers.push(metrics);
  }
}

async function rounding(scheme: QuantScheme): Promise<Rounding> {
  return { policy: uniformPolicy(network, 3, 4), scheme, ranges: await calibrate(network, dataset, 24) };
}

const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' };

async function ofSeveralWidths(stepsFor?: StepsFor): Promise<Course> {
  const { ranges } = await rounding(LSQ);
  const bits = [2, 4] as const;
  const candidates = Object.fromEntries(
    layersOf(network).map(({ id }) => [id, bits.map((width) => ({ weights: width, activations: width }))]),
  );
  const model = new Supernet(network, { candidates, scheme: LSQ, ranges, switchable: true });
  const uniform = uniformPasses(candidates);
  const joint = { ...settings, steps: 5, lastRate: 0, clip: 1 };
  const numbers: unknown[] = [];
  const run = trainJointly(model, dataset, joint, (rng) => [...uniform, randomPass(candidates, rng)], 0, stepsFor);
  for await (const step of run) numbers.push(step);
  const state = await model.state();
  model.dispose();
  return { numbers, network: state };
}

/** In four shards. */
export const RUNS: readonly (readonly [string, Run])[] = [
  ['float', (stepsFor, from) => courseOf(train(network, dataset, settings, undefined, from, settings, stepsFor))],
  [
    'learned steps, damped, in stages',
    async (stepsFor, from) => {
      const damped = { ...settings, damping: 0.1, progressive: true };
      return courseOf(train(network, dataset, damped, await rounding(LSQ), from, damped, stepsFor));
    },
  ],
  [
    'distillation',
    async (stepsFor, from) => {
      const quantAware = await rounding({ quantizer: 'affine', granularity: 'channel' });
      return courseOf(distill(network, dataset, { ...settings, temperature: 2 }, quantAware, from, network, stepsFor));
    },
  ],
  ['several widths', ofSeveralWidths],
];

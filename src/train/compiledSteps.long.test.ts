// Runs on compiled steps against the same runs on composed ones, on any adapter; the models themselves are on cpu.
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { countGpu } from '../../scripts/bench/gpuCounts';
import type { Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { randomNetwork } from '../nn/networks.testing';
import { Trainable } from '../nn/trainable';
import { describeGpu, freshDevice } from '../nn/webgpu/gpu.testing';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { ArchitectureBuilder } from '../zoo/definition';
import { calibrate } from './calibrate';
import { compiledOr } from './compiledOr';
import { beginCompiled } from './compiledSteps';
import { distill } from './distill';
import { geometryOf } from './replicaPlan';
import { ownSteps } from './sharedSteps';
import { colorDataset } from './synthetic.testing';
import { DivergenceError, type StepMetrics, type TrainSettings, type TrainState, train } from './train';

const dataset = colorDataset(24, 12);
const settings: TrainSettings = {
  epochs: 3,
  batchSize: 8,
  learningRate: 0.05,
  schedule: 'one-cycle',
  momentum: 0.9,
  weightDecay: 1e-3,
  labelSmoothing: 0.1,
  augment: true,
  imagesPerEpoch: 24,
  seed: 7,
};

/** Two convolutions with a sum. */
function tiny(side = 6): Network {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [side, side, 3] }), 8);
  const b = net.convBn('b', net.convBn('a', stem, 8), 8, { relu: false });
  const sum = net.add('relu', 'sum', [net.add('add', 'add', [b, stem], {})], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [sum], {})], { units: 3, bias: true });
  return randomNetwork(net.build('tiny'), 3);
}
const network = tiny();
/** Of a step: the batch; 2 for each convolution; the head; 3 for each but 2 for the first; the update. */
const DISPATCHES = 1 + 2 * 3 + 1 + 3 * 3 - 1 + 1;

const roundingBy = async (scheme: QuantScheme): Promise<Rounding> => ({
  policy: uniformPolicy(network, 4, 4),
  scheme,
  ranges: await calibrate(network, dataset, 24),
});

interface Course {
  readonly numbers: readonly (readonly [step: number, loss: number, accuracy: number])[];
  readonly states: readonly TrainState[];
  readonly network: Network;
  readonly composed: string | undefined;
}

async function courseOf(run: AsyncGenerator<StepMetrics, Network, void>, keep = false): Promise<Course> {
  const numbers: [number, number, number][] = [];
  const states: TrainState[] = [];
  let composed: string | undefined;
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { numbers, states, network: value, composed };
    composed = value.composed;
    if (value.loss !== undefined) numbers.push([value.step, value.loss, value.accuracy as number]);
    if (keep) states.push(await value.state());
  }
}

const trainBy = (
  device: GPUDevice | undefined,
  how?: Rounding,
  from?: TrainState,
  changes: Partial<TrainSettings> = {},
) =>
  train(
    network,
    dataset,
    { ...settings, ...changes },
    how,
    from,
    { ...settings, ...changes },
    compiledOr(ownSteps, device),
  );

/** Losses, and weights, alike up to rounding. */
function expectAlike(ours: Course, theirs: Course, apart = 1e-3): void {
  expect(ours.composed).toBeUndefined();
  expect(ours.numbers.map(([step]) => step)).toEqual(theirs.numbers.map(([step]) => step));
  ours.numbers.forEach(([step, loss], i) => {
    expect(Math.abs(loss - theirs.numbers[i][1]), `step ${step}`).toBeLessThan(apart * theirs.numbers[i][1]);
  });
}

describeGpu('compiled steps', (device) => {
  beforeAll(async () => {
    expect(await useBackend('cpu')).toBe(true);
  });

  test('train in float as composed ones do, on shifted and mirrored images', async () => {
    const ours = await courseOf(trainBy(device()));
    const theirs = await courseOf(trainBy(undefined));
    expectAlike(ours, theirs, 1e-4);
    for (const [name, { values }] of theirs.network.parameters)
      expect(ours.network.parameters.get(name)?.values, name).toBeAllClose(values, { rtol: 1e-3, atol: 1e-3 });
  });

  test('go on from a state of either to the same numbers', async () => {
    const whole = await courseOf(trainBy(device()), true);
    for (const at of [2, 4]) {
      const rest = await courseOf(trainBy(device(), undefined, whole.states[at]));
      expect(rest.numbers).toEqual(whole.numbers.slice(-rest.numbers.length));
      expect(rest.network.parameters).toEqual(whole.network.parameters);
    }
    const elsewhere = await courseOf(trainBy(undefined, undefined, whole.states[4]));
    expectAlike({ ...whole, numbers: whole.numbers.slice(-elsewhere.numbers.length) }, elsewhere, 1e-4);
  });

  test.each<QuantScheme>([
    { quantizer: 'affine', granularity: 'channel' },
    { quantizer: 'affine', granularity: 'tensor', range: 'mse' },
    { quantizer: 'symmetric', granularity: 'block:4', range: 'mse', activations: 'lsqPlus' },
    { quantizer: 'symmetric', granularity: 'tensor' },
    { quantizer: 'lsq', granularity: 'channel', activations: 'lsq' },
    { quantizer: 'dorefa', granularity: 'tensor', activations: 'pact' },
    { quantizer: 'dsconv', granularity: 'block:4' },
  ])('train under $quantizer per $granularity, $activations', async (scheme) => {
    const how = await roundingBy(scheme);
    const short = { epochs: 1, learningRate: 0.005 };
    const ours = await courseOf(trainBy(device(), how, undefined, short));
    expectAlike(ours, await courseOf(trainBy(undefined, how, undefined, short)), 0.02);
  });

  test('learn the answers of a float network', async () => {
    const how = await roundingBy({ quantizer: 'affine', granularity: 'channel' });
    const by = (gpu: GPUDevice | undefined) =>
      courseOf(
        distill(network, dataset, { ...settings, temperature: 2 }, how, undefined, network, compiledOr(ownSteps, gpu)),
      );
    expectAlike(await by(device()), await by(undefined), 0.02);
  });

  test('name what keeps them from being compiled', async () => {
    const scheme = { quantizer: 'affine', granularity: 'channel', activations: 'bfp' } as const;
    const blocks = await courseOf(trainBy(device(), await roundingBy(scheme)));
    expect(blocks.composed).toContain('block floating point');
    const shards = await courseOf(trainBy(device(), undefined, undefined, { epochs: 1, shards: 2 }));
    expect(shards.composed).toBe('batches in shards');
  });

  test('are not begun where a buffer would be larger than the GPU allows', async () => {
    const wide = colorDataset(24, 3, 440);
    const large = tiny(440);
    const model = new Trainable(large);
    const goal = { labelSmoothing: 0 };
    const plan = { trained: { network: large, quantAware: undefined }, goal, geometry: geometryOf(wide) };
    const replica = { model, taught: async () => undefined };
    // 24 images of 440 x 440 pixels and 8 channels, against WebGPU's default of 128 MiB.
    expect(await beginCompiled(device(), replica, plan, wide.train, 24)).toContain('need 142 MiB in one buffer');
    model.dispose();
  });

  test('stop at a number that is not finite, with the weights from before it', async () => {
    const run = trainBy(device(), undefined, undefined, { learningRate: 1e30, schedule: 'cosine' });
    let last: TrainState | undefined;
    const ended = (async () => {
      for await (const step of run) last = await step.state();
    })();
    await expect(ended).rejects.toThrow(DivergenceError);
    for (const [name, values] of Object.entries(last?.variables ?? {}))
      expect(values.every(Number.isFinite), name).toBe(true);
  });

  test('take one submit each and one per report, and no more memory in 500 steps', async () => {
    const run = trainBy(device(), undefined, undefined, { epochs: 168, augment: false });
    await run.next();
    let [steps, reports] = [0, 0];
    const counts = await countGpu(async () => {
      for (; steps < 500; steps++) {
        const { value, done } = await run.next();
        if (!done && value.loss !== undefined) reports++;
      }
    });
    expect(counts).toEqual({ dispatches: 500 * DISPATCHES, submits: 500 + reports, buffers: 0 });
    await run.return(network);
  });

  test('go on to the same losses after their device was destroyed at a random step', async () => {
    const whole = await courseOf(trainBy(device()));
    const rng = createRng(11);
    for (let time = 0; time < 5; time++) {
      const lost = await freshDevice();
      const at = 1 + rng.integer(7);
      let kept: TrainState | undefined;
      const ended = (async () => {
        for await (const step of trainBy(lost)) {
          if (step.step % 2 === 0) kept = await step.state();
          if (step.step === at) lost.destroy();
        }
      })();
      await expect(ended).rejects.toThrow();
      const rest = await courseOf(trainBy(device(), undefined, kept));
      expect(rest.numbers).toEqual(whole.numbers.slice(-rest.numbers.length));
      expect(rest.network.parameters).toEqual(whole.network.parameters);
    }
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { learnedNames } from '../graph/learned';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { small } from '../nn/networks.testing';
import { floatRounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { reestimateBatchNorm } from './batchNorm';
import { calibrate } from './calibrate';
import { evaluate, finish } from './evaluate';
import { colorDataset } from './synthetic.testing';
import { DivergenceError, type StepMetrics, type TrainSettings, train } from './train';

const SCHEME = { quantizer: 'affine', granularity: 'channel' } as const;
const dataset = colorDataset(24, 12);
const network = initialize(small(), createRng(1));
const settings: TrainSettings = {
  epochs: 3,
  batchSize: 8,
  learningRate: 0.1,
  schedule: 'one-cycle',
  momentum: 0.9,
  weightDecay: 1e-4,
  labelSmoothing: 0,
  augment: true,
  imagesPerEpoch: 100,
  seed: 7,
};

/** All metrics of a run, and the final network. */
async function run(
  ...args: Parameters<typeof train>
): Promise<{ steps: Omit<StepMetrics, 'weights' | 'state'>[]; network: Network }> {
  const generator = train(...args);
  const steps: Omit<StepMetrics, 'weights' | 'state'>[] = [];
  for (;;) {
    const { value, done } = await generator.next();
    if (done) return { steps, network: value };
    const { weights: _, state: __, ...metrics } = value;
    steps.push(metrics);
  }
}

async function accuracy(trained: Network): Promise<number> {
  const model = new Inference(trained);
  model.configure(floatRounding(trained));
  const { correct, images } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: 12, batchSize: 6 }));
  model.dispose();
  return correct / images;
}

describeBackends('train', () => {
  test('equal seeds give equal runs, other seeds others', async () => {
    const [a, b, c] = [
      await run(network, dataset, settings),
      await run(network, dataset, settings),
      await run(network, dataset, { ...settings, seed: 8 }),
    ];
    expect(b.steps).toEqual(a.steps);
    expect(b.network.parameters).toEqual(a.network.parameters);
    expect(c.network.parameters).not.toEqual(a.network.parameters);
  });

  test('counts its steps and epochs, and reports the loss periodically', async () => {
    const { steps } = await run(network, dataset, settings);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(steps.every((s) => s.steps === 9 && s.epoch === s.step / 3)).toBe(true);
    expect(steps.filter((s) => s.epochEnd).map(({ step }) => step)).toEqual([3, 6, 9]);
    expect(steps.filter((s) => s.loss !== undefined).map(({ step }) => step)).toEqual([3, 5, 6, 9]);
    for (const { loss, accuracy: right } of steps)
      if (loss !== undefined && right !== undefined) expect(loss > 0 && right >= 0 && right <= 1).toBe(true);
    expect(steps[0].learningRate).toBeCloseTo(0.01, 9);
    expect(Math.max(...steps.map((s) => s.learningRate))).toBeLessThanOrEqual(0.1);
  });

  test('learns colors and leaves the input network unchanged', async () => {
    const before = structuredClone(network.parameters);
    const { network: trained, steps } = await run(network, dataset, { ...settings, epochs: 12 });
    expect(await accuracy(trained)).toBe(1);
    expect(steps.at(-1)?.loss).toBeLessThan(steps[2].loss as number);
    expect(network.parameters).toEqual(before);
  });

  test('learns under a policy’s rounding', async () => {
    const ranges = await calibrate(network, dataset, 24);
    const policy = uniformPolicy(network, 2, 4);
    const { network: trained } = await run(
      network,
      dataset,
      { ...settings, epochs: 16 },
      { policy, scheme: SCHEME, ranges },
    );
    const model = new Inference(trained);
    model.configure({ policy, scheme: SCHEME, ranges });
    const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: 12, batchSize: 6 }));
    model.dispose();
    expect(correct).toBeGreaterThanOrEqual(11);
  });

  test('learns steps of LSQ with the weights, at once or in stages', async () => {
    const quantAware = {
      policy: uniformPolicy(network, 2, FLOAT),
      scheme: { quantizer: 'lsq', granularity: 'tensor' } as const,
      ranges: new Map(),
    };
    const long = { ...settings, epochs: 8, learningRate: 0.2 };
    const direct = await run(network, dataset, long, quantAware);
    const staged = await run(network, dataset, { ...long, progressive: true }, quantAware);
    const course = ({ steps }: typeof direct) =>
      steps.map(({ step, epoch, learningRate, epochEnd }) => [step, epoch, learningRate, epochEnd]);
    expect(course(staged)).toEqual(course(direct));
    expect(staged.network.parameters).not.toEqual(direct.network.parameters);
    for (const { network: trained } of [direct, staged]) {
      const learned = [...learnedNames(trained, trained.parameters.keys())];
      expect(learned).toEqual(['stem', 'block', 'next', 'fc'].map((id) => `${id}.kernel@lsq/tensor/2`));
      const model = new Inference(trained);
      model.configure({ policy: quantAware.policy, scheme: quantAware.scheme, ranges: new Map() });
      const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: 12, batchSize: 6 }));
      model.dispose();
      expect(correct).toBeGreaterThanOrEqual(11);
    }
    // The batch norms match the learned steps: re-estimating them on all images changes little.
    const again = await reestimateBatchNorm(staged.network, dataset, quantAware);
    for (const name of ['stem.bn.mean', 'next.bn.mean']) {
      const [now, then] = [again, staged.network].map((net) => net.parameters.get(name)?.values as Float32Array);
      expect(then).toBeAllClose(now, { rtol: 0.1, atol: 0.05 });
    }
    for (const name of learnedNames(again, again.parameters.keys()))
      expect(again.parameters.get(name)).toEqual(staged.network.parameters.get(name));
  });

  test('a learning rate of a million ends in a DivergenceError that names the step', async () => {
    const wild = run(network, dataset, { ...settings, learningRate: 1e6, epochs: 20 });
    const error = await wild.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DivergenceError);
    const { step, message } = error as DivergenceError;
    expect(step).toBeGreaterThan(0);
    expect(message).toMatch(new RegExp(`diverged at step ${step}.*Try a third`));
  });

  test('stopping in the middle leaks no tensors', async () => {
    const before = tf.memory().numTensors;
    const generator = train(network, dataset, settings);
    for (let i = 0; i < 4; i++) await generator.next();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    await generator.return(network);
    expect(tf.memory().numTensors).toBe(before);
    expect((await generator.next()).done).toBe(true);
  });

  test('the current weights can be read at any step', async () => {
    const generator = train(network, dataset, settings);
    const first = (await generator.next()).value as StepMetrics;
    const early = await first.weights();
    const second = (await generator.next()).value as StepMetrics;
    const later = await second.weights();
    expect(early.parameters).not.toEqual(network.parameters);
    expect(later.parameters).not.toEqual(early.parameters);
    await generator.return(network);
  });
});

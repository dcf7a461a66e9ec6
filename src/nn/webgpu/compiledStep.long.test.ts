import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { countGpu } from '../../../scripts/bench/gpuCounts';
import type { Network } from '../../graph/network';
import { maxAbs, useBackend } from '../backends.testing';
import { randomNetwork } from '../networks.testing';
import { moved } from '../steps.testing';
import { batchOf, bothWays, compile, create, deep, plain, residual, rounded, wide } from './compiledStep.testing';
import { describeGpu } from './gpu.testing';
import { planStep } from './planStep';
import { MANY_PIXELS } from './threadTile';

/** Without momentum and decay, the velocity after a step is its gradient. */
const PLAIN = { learningRate: 0.01, momentum: 0, weightDecay: 0 };

describeGpu('a compiled step', (device) => {
  beforeAll(async () => {
    expect(await useBackend('cpu')).toBe(true);
  });

  test.each([
    ['an identity and padded channels', residual(6, 10, false), 3],
    ['a projection, odd sides', residual(7, 5, true), 2],
    ['a maximum, one channel', plain(), 3],
    ['several tiles, several pixels per thread', wide(), 2],
    ['several groups of channels in a workgroup', deep(), 2],
  ] as const)('has the gradients of the composed one: %s', async (_, architecture, images) => {
    const network = randomNetwork(architecture, 3);
    const roundings = [undefined, rounded(network)];
    for (const [how, pixels] of roundings.flatMap((one) => [[one, 4] as const, [one, MANY_PIXELS] as const])) {
      const { losses, values, velocities } = await bothWays(device(), network, how, images, 1, PLAIN, pixels);
      expect(losses[0][0]).toBeCloseTo(losses[0][1], 5);
      for (const { name, ours, theirs } of [...velocities, ...values])
        expect(ours, name).toBeAllClose(theirs, { rtol: 0, atol: 1e-4 * maxAbs(theirs) });
    }
  });

  test('trains like the composed one, with one submit per step and no new buffers', async () => {
    const network = randomNetwork(plain(), 3);
    const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };
    const { losses, values } = await bothWays(device(), network, undefined, 3, 20, sgd);
    for (const [ours, theirs] of losses) expect(ours).toBeCloseTo(theirs, 4);
    expect(losses[19][0]).toBeLessThan(0.5 * losses[0][0]);
    for (const { name, ours, theirs } of values)
      expect(ours, name).toBeAllClose(theirs, { rtol: 0, atol: 1e-3 * maxAbs(theirs) });
    const { pixels, labels } = batchOf(network, 3);
    const plan = planStep(network, undefined, { batch: 3, goal: { labelSmoothing: 0 } });
    const step = await create(device(), plan);
    step.run(pixels, labels, sgd);
    const counts = await countGpu(() => step.run(pixels, labels, sgd));
    expect(counts).toEqual({ dispatches: plan.dispatches.length, submits: 1, buffers: 0 });
    step.dispose();
  });

  test('has gradients that match finite differences', async () => {
    const network = randomNetwork(plain(), 3);
    const { pixels, labels } = batchOf(network, 3);
    const after = async (changed: Network) => {
      const step = await compile(device(), changed, undefined, 3);
      step.run(pixels, labels, PLAIN);
      const [{ loss }] = await step.metrics();
      const { velocities } = await step.read();
      step.dispose();
      return { loss, velocities };
    };
    const { velocities } = await after(network);
    const h = 1e-2;
    for (const name of ['a.kernel', 'a.bn.gamma', 'a.bn.beta', 'b.kernel', 'fc.kernel', 'fc.bias']) {
      const gradient = velocities.get(name) as Float32Array;
      const at = gradient.reduce((best, v, i) => (Math.abs(v) > Math.abs(gradient[best]) ? i : best), 0);
      const nudged = async (by: number) => (await after(moved(network, name, (v, i) => (i === at ? v + by : v)))).loss;
      const slope = ((await nudged(h)) - (await nudged(-h))) / (2 * h);
      expect(Math.abs(slope - gradient[at]), name).toBeLessThan(0.02 * Math.abs(gradient[at]) + 1e-4);
    }
  });

  test('the same step twice gives the same bits', async () => {
    const network = randomNetwork(plain(), 3);
    const { pixels, labels } = batchOf(network, 3);
    const run = async () => {
      const step = await compile(device(), network, undefined, 3);
      for (let i = 0; i < 10; i++) step.run(pixels, labels, { ...PLAIN, momentum: 0.9 });
      const { values } = await step.read();
      step.dispose();
      return [...values.values()];
    };
    const first = await run();
    for (let again = 0; again < 3; again++) expect(await run()).toEqual(first);
  });
});

import { beforeAll, expect, test } from 'vitest';
import { answers } from '../../core/accuracy';
import type { Network } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import type { PopulationInside } from '../insides';
import { better } from '../method';
import { colorProblem, runAll } from '../problem.testing';
import { searches } from '../registry';
import { readOptions } from '../run';
import { fits, vectorOf } from '../space';
import { goOnAt } from '../training/hypernetwork';
import { trainedWeights } from './metaquantnet';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 2, 4, 8], activations: [32], locks: {} } as const;

test.each([
  ['modulated', 'one', 1, 60],
  ['automatic', 'sandwich', 4, 30],
] as const)(
  '%s kernels, %s: the loss falls, and generations within the limit follow',
  async (kernels, passes, count, steps) => {
    const { space: free } = await colorProblem({ allowed: BITS });
    const most = 2 * free.layers.reduce((sum, { weights }) => sum + weights, 0);
    const limits = [{ measure: 'weights', most } as const];
    const problem = await colorProblem({ allowed: BITS, limits, budget: {}, steps: 2 });
    const { space, training } = problem;
    const options = { kernels, passes, steps, batch: 8, population: 4, generations: 3, finals: 2, hidden: 4 };
    const { reports, result } = await runAll('metaquantnet', problem, options);

    const insides = reports.flatMap(({ inside }) => (inside ? [inside as PopulationInside] : []));
    const losses = insides.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    expect(losses).toHaveLength(steps / 10);
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]);

    const points = reports.flatMap(({ point }) => (point ? [point] : []));
    const shared = points.filter(({ steps }) => steps === 'shared');
    const finals = points.filter(({ steps }) => steps === 2);
    expect([shared.length, finals.length]).toEqual([12, 2]);
    for (const { policy } of points) expect(fits(space, vectorOf(space, policy) ?? [])).toBe(true);
    expect(new Set(shared.map(({ policy }) => vectorOf(space, policy)?.join())).size).toBe(12);
    // Better than chance, and the best two go to the evaluator, in order.
    const order = [...shared].sort((a, b) => a.loss - b.loss);
    expect(order[0].accuracy.value).toBeGreaterThan(0.6);
    expect(finals.map(({ policy }) => policy)).toEqual(order.slice(0, 2).map(({ policy }) => policy));
    expect(result?.policy).toEqual(better(finals[0], finals[1]).policy);
    // What the method itself believes in is the best with shared weights.
    expect((result?.believed ?? result)?.policy).toEqual(order[0].policy);

    // One letter per point of shared weights, in order; generations of 4, the first one random.
    const bred = insides.filter(({ size }) => size > 0);
    expect(bred.map(({ size, origins }) => [size, origins.length])).toEqual(shared.map((_, i) => [4, i + 1]));
    expect(bred.at(-1)?.origins).toMatch(/^rrrr[rmc]{8}$/);
    expect(bred.at(-1)?.origins).toContain('m');

    // Steps of 8 images, forward and backward; 64 training images for the batch norms of each vector; 24 to measure it. The
    // finals are fine-tuned, with all training images for their batch norms.
    const tuned = 2 * (2 * 8 + training.dataset.train.length + 24);
    expect(reports.at(-1)?.spent).toMatchObject({
      backward: steps * 8 * count + 2 * 2 * 8,
      forward: steps * 8 * count + 12 * (64 + 24) + tuned,
      evaluations: 14,
    });
  },
);

test('images are reserved for breeding and final measurements; a scheme without gains is replaced by affine', async () => {
  const scheme = { quantizer: 'dorefa', granularity: 'tensor' } as const;
  const problem = await colorProblem({ scheme, allowed: BITS, budget: { images: 2000 } });
  const { reports, result } = await runAll('metaquantnet', problem, { batch: 8, population: 4, finals: 1 });
  const trained = reports.filter(({ point }) => point === undefined).at(-1);
  expect((trained?.spent.forward ?? 0) + (trained?.spent.backward ?? 0)).toBeLessThanOrEqual(1000);
  const steps = reports.flatMap(({ point }) => (point ? [point.steps] : []));
  expect(steps.filter((s) => s === 'shared').length).toBeGreaterThan(1);
  expect(steps.at(-1)).toBe(0);
  expect(result?.because).toMatch(/best|least/i);
});

test('the population fits the budget: generations follow the first one', async () => {
  const problem = await colorProblem({ allowed: BITS, budget: { images: 4000 } });
  const { reports } = await runAll('metaquantnet', problem, { batch: 8, finals: 1, steps: 5 });
  const bred = reports.flatMap(({ inside }) => (inside as PopulationInside | undefined)?.origins || []);
  // 5 steps of 4 passes of 8 images leave room for 41 vectors of 64 + 24 images: 6 generations of 6.
  expect(bred.at(-1)).toMatch(/^r{6}[rmc]{30,36}$/);
  expect(bred.at(-1)).toMatch(/c/);
});

test('the third stage goes on from the trained network, and leaves its trace in the weights', async () => {
  const problem = await colorProblem({ allowed: BITS, budget: { images: 3000 } });
  const { training } = problem;
  const options = readOptions(searches.metaquantnet.options, { batch: 8, finals: 1, steps: 5, hidden: 4 });
  const { reports, result } = await runAll('metaquantnet', problem, options);
  const trained = trainedWeights(reports.at(-1)?.state) as Readonly<Record<string, Float32Array>>;
  const settings = {
    ...{ steps: 0, batchSize: 8, learningRate: 0.002, lastRate: 0, momentum: 0.9, weightDecay: 0 },
    ...{ labelSmoothing: 0, augment: false, seed: 1 },
  };
  const policy = result?.policy as BitPolicy;
  const finished = async (steps: number) => {
    const stage = goOnAt(problem, options, trained, policy, { ...settings, steps });
    for (;;) {
      const next = await stage.next();
      if (!next.done) continue;
      const { network, rounding } = next.value;
      const images = { dataset: training.dataset, split: 'validation', images: 48 } as const;
      return { network, ...(await answers(network, images, rounding)) };
    }
  };
  const [read, further] = [await finished(0), await finished(30)];
  expect(further.loss).toBeLessThan(read.loss);
  // The generated kernels are not those of the float network that the search began with.
  const kernel = ({ parameters }: Network) => parameters.get('stem.kernel')?.values;
  expect(kernel(read.network)).not.toEqual(kernel(training.network));
});

test('the published rules: one vector per step of any bits, generated kernels, one set of batch norms, the best goes on', () => {
  expect(readOptions(searches.metaquantnet.options, { rules: 'published' })).toMatchObject({
    ...{ passes: 'one', drawn: 'all', kernels: 'blocks', norms: 'shared', finals: 1 },
    ...{ gamma: 'yes', population: 50, generations: 20, mutation: 0.1 },
  });
});

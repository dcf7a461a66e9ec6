import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../nn/backends.testing';
import type { PopulationInside } from '../insides';
import { better } from '../method';
import { colorProblem, runAll } from '../problem.testing';
import { fits, vectorOf } from '../space';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 2, 4, 8], activations: [32], locks: {} } as const;

test.each(['modulated', 'blocks'] as const)(
  '%s: the loss falls, and generations within the limit follow',
  async (kernels) => {
    const { space: free } = await colorProblem({ allowed: BITS });
    const most = 2 * free.layers.reduce((sum, { weights }) => sum + weights, 0);
    const limits = [{ measure: 'weights', most } as const];
    const problem = await colorProblem({ allowed: BITS, limits, budget: {}, steps: 2 });
    const { space, training } = problem;
    const options = { kernels, steps: 60, batch: 8, population: 4, generations: 3, finals: 2, hidden: 4 };
    const { reports, result } = await runAll('metaquantnet', problem, options);

    const insides = reports.flatMap(({ inside }) => (inside ? [inside as PopulationInside] : []));
    const losses = insides.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    expect(losses).toHaveLength(6);
    const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(mean(losses.slice(-3))).toBeLessThan(0.7 * losses[0]);

    const points = reports.flatMap(({ point }) => (point ? [point] : []));
    const shared = points.filter(({ steps }) => steps === 'shared');
    const finals = points.filter(({ steps }) => steps === 2);
    expect([shared.length, finals.length]).toEqual([12, 2]);
    for (const { policy } of points) expect(fits(space, vectorOf(space, policy) ?? [])).toBe(true);
    expect(new Set(shared.map(({ policy }) => vectorOf(space, policy)?.join())).size).toBe(12);
    // Better than chance, and the best two go to the evaluator, in order.
    const order = [...shared].sort((a, b) => (better(a, b) === b ? 1 : -1));
    expect(order[0].accuracy.value).toBeGreaterThan(0.6);
    expect(finals.map(({ policy }) => policy)).toEqual(order.slice(0, 2).map(({ policy }) => policy));
    expect(result?.policy).toEqual(better(finals[0], finals[1]).policy);

    // One letter per point of shared weights, in order; generations of 4, the first one random.
    const bred = insides.filter(({ size }) => size > 0);
    expect(bred.map(({ size, origins }) => [size, origins.length])).toEqual(shared.map((_, i) => [4, i + 1]));
    expect(bred.at(-1)?.origins).toMatch(/^rrrr[rmc]{8}$/);
    expect(bred.at(-1)?.origins).toContain('m');

    // 60 batches of 8, forward and backward; the 96 training images for the batch norms of each vector; 24 to measure it.
    const norms = training.dataset.train.length;
    const tuned = 2 * (2 * 8 + norms + 24);
    expect(reports.at(-1)?.spent).toMatchObject({
      backward: 60 * 8 + 2 * 2 * 8,
      forward: 60 * 8 + 12 * (norms + 24) + tuned,
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
  expect(result?.because).toContain('best');
});

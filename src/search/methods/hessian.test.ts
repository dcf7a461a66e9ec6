import { beforeAll, expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import { useBackend } from '../../nn/backends.testing';
import { budgetFront } from '../../optim/knapsack';
import { Curvature } from '../../train/curvature';
import { squaredRoundingError } from '../allocation/roundingError';
import type { TableInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { vectorOf } from '../space';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 2, 4, 8], activations: [32], locks: {} } as const;
const FEW = { batches: 3, images: 8 } as const;

test.each(['hutchinson', 'fisher'] as const)(
  '%s: harms are half the average trace times the squared error; the point at the limit is the exact optimum',
  async (estimator) => {
    const free = await colorProblem({ allowed: BITS });
    const { training, space, seed } = free;
    const most = 3 * space.layers.reduce((sum, { weights }) => sum + weights, 0);
    const limits = [{ measure: 'weights', most } as const];
    const options = { allowed: BITS, limits, budget: {} };
    const { reports, result } = await runAll('hessian', await colorProblem(options), { ...FEW, estimator, points: 3 });
    const { network, scheme, dataset } = training;
    const curvature = new Curvature(network, dataset, { images: 8, seed, worked: async () => {} });
    const probes = [0, 1, 2].map((probe) => curvature.traces(estimator, probe));
    const traces = await Promise.all(probes);
    curvature.dispose();
    const [{ layers }] = reports.flatMap(({ inside }) => (inside ? [inside as TableInside] : [])).slice(-1);
    const penalties = layersOf(network).map((layer, l) => {
      const own = traces.map((row) => row[l]);
      const mean = own.reduce((sum, v) => sum + v, 0) / 3;
      const error = Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 6);
      const trace = Math.max(mean, error);
      return layers[l].bits.map((bits, i) => {
        const expected = (trace / space.layers[l].weights / 2) * squaredRoundingError(network, layer, scheme, bits);
        expect(layers[l].values[i] / expected).toBeCloseTo(1, 6);
        return expected;
      });
    });
    const choices = penalties.map((row, l) =>
      row.map((penalty, c) => ({ penalty, cost: space.layers[l].weights * layers[l].bits[c] })),
    );
    const points = reports.flatMap(({ point }) => (point === undefined ? [] : [point]));
    expect(vectorOf(space, points[0].policy)).toEqual(budgetFront(choices).best(most).choices);
    expect(points).toHaveLength(3);
    expect(result?.policy).toBeDefined();
    // Hutchinson's estimator runs every batch twice.
    const passes = 3 * 8 * (estimator === 'hutchinson' ? 2 : 1);
    expect(reports.at(-1)?.spent).toMatchObject({ backward: passes, forward: passes + 3 * 24 });
    free.dispose();
  },
);

test('variable activations are weighed, and half of the budget is reserved for measuring', async () => {
  const allowed = { weights: [2, 8], activations: [2, 8], locks: {} } as const;
  const { space } = await colorProblem({ allowed });
  const bitOps = space.layers.reduce((sum, { macs }) => sum + macs, 0);
  const limits = [{ measure: 'bitOps', most: 40 * bitOps } as const, { measure: 'weights', most: 8 * 1e6 } as const];
  const problem = await colorProblem({ allowed, limits, budget: { images: 600 } });
  const { reports, result } = await runAll('hessian', problem, { batches: 500, images: 8 });
  expect(reports.map(({ phase }) => phase)).toContain('rounding activations');
  const curved = reports.filter(({ point }) => point === undefined).at(-1);
  const { forward = 0, backward = 0 } = curved?.spent ?? {};
  expect(forward + backward).toBeLessThanOrEqual(300 + 32);
  expect(reports.filter(({ point }) => point !== undefined).length).toBeGreaterThan(2);
  const given = new Set(Object.values(result?.policy ?? {}).map(({ activations }) => activations));
  expect([...given].sort()).not.toEqual([32]);
});

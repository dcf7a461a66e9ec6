import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../nn/backends.testing';
import { colorProblem, runAll } from '../problem.testing';
import { fits, policyOf, vectorOf } from '../space';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 8], activations: [32], locks: {} } as const;

test('own policies come first, then every policy within the limits once, in an order by seed', async () => {
  const { space: free } = await colorProblem({ allowed: BITS });
  const most = 4 * free.layers.reduce((sum, { weights }) => sum + weights, 0);
  const limits = [{ measure: 'weights', most } as const];
  const { space } = await colorProblem({ allowed: BITS, limits });
  const all = Array.from({ length: 16 }, (_, i) => space.layers.map((_, l) => (i >> l) & 1));
  const feasible = all.filter((vector) => fits(space, vector)).map((vector) => vector.join());
  expect(feasible.length).toBeLessThan(16);
  const own = policyOf(space, [1, 0, 0, 0]);
  const orderOf = async (seed: number) => {
    const problem = await colorProblem({ allowed: BITS, limits, seed, seeds: [own, own], budget: {} });
    const { reports } = await runAll('random', problem);
    return reports.map(({ point }) => vectorOf(space, point?.policy ?? {})?.join());
  };
  const [a, b, again] = [await orderOf(1), await orderOf(2), await orderOf(1)];
  expect(a[0]).toBe('1,0,0,0');
  expect([...a].sort()).toEqual(feasible.sort());
  expect(b).not.toEqual(a);
  expect(again).toEqual(a);
});

import { beforeAll, expect, test } from 'vitest';
import { FLOAT } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import type { TableInside } from '../insides';
import type { Score } from '../method';
import { colorProblem, runAll } from '../problem.testing';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 2, 8], activations: [32], locks: {} } as const;

test('cells hold the rise of cross-entropy with one narrow layer; then policies follow from the limit down', async () => {
  const { space } = await colorProblem({ allowed: BITS });
  const most = 4 * space.layers.reduce((sum, { weights }) => sum + weights, 0);
  const options = { allowed: BITS, limits: [{ measure: 'weights', most } as const], budget: { evaluations: 13 } };
  const { reports, result } = await runAll('greedy', await colorProblem(options));
  const table = reports.filter(({ inside }) => inside !== undefined);
  expect(table).toHaveLength(1 + 4 * 2); // 0.7 of 13 evaluations and one more: the whole table
  const [{ layers }] = table.slice(-1).map(({ inside }) => inside as TableInside);
  const witness = await colorProblem({ allowed: BITS });
  const wide = Object.fromEntries(layers.map(({ id }) => [id, { weights: 8, activations: 32 } as const]));
  const { loss } = await witness.evaluator.measure(wide, 0);
  for (const { id, bits, values } of layers) {
    expect(bits).toEqual([1, 2, 8]);
    for (const [i, weights] of bits.entries()) {
      const alone = await witness.evaluator.measure({ ...wide, [id]: { weights, activations: 32 } }, 0);
      expect(values[i]).toBeCloseTo(alone.loss - loss, 6);
    }
  }
  witness.dispose();
  const costs = reports.slice(table.length).map(({ point }) => {
    const policy = point?.policy ?? {};
    return space.layers.reduce((sum, { id, weights }) => sum + weights * policy[id].weights, 0);
  });
  expect(costs).toHaveLength(4);
  expect(Math.max(...costs)).toBe(costs[0]);
  expect(costs[0]).toBeGreaterThan(0.7 * most);
  expect(reports.at(-1)?.spent.evaluations).toBe(13);
  expect(result?.because).toContain('measured best');
});

test.each([
  ['greedy', 8],
  ['amp', FLOAT],
] as const)('%s measures layers that share a width together, once per width', async (method, base) => {
  const allowed = { ...BITS, ties: [['block', 'next']] } as const;
  // Enough for all cells, and for the uniform widths of amp.
  const { reports } = await runAll(method, await colorProblem({ allowed, budget: { evaluations: 30 } }));
  const tables = reports.flatMap(({ inside }) => (inside === undefined ? [] : [inside as TableInside]));
  // The base, and two widths of each of three groups; four layers would be nine.
  expect(tables).toHaveLength(1 + 3 * 2);
  const [{ layers, label }] = tables.slice(-1);
  const witness = await colorProblem({ allowed });
  const wide = Object.fromEntries(layers.map(({ id }) => [id, { weights: base, activations: FLOAT } as const]));
  const of = ({ loss, accuracy }: Score) => (label.includes('accuracy') ? -accuracy.value : loss);
  const reference = of(await witness.evaluator.measure(wide, 0));
  for (const [i, weights] of ([1, 2] as const).entries()) {
    const narrow = { weights, activations: FLOAT } as const;
    const both = of(await witness.evaluator.measure({ ...wide, block: narrow, next: narrow }, 0)) - reference;
    for (const l of [1, 2]) expect(layers[l].values[i]).toBeCloseTo(both, 6);
  }
  witness.dispose();
});

test('a budget of one evaluation measures the policy at the limit', async () => {
  const { reports } = await runAll('greedy', await colorProblem({ budget: { evaluations: 1 } }));
  expect(reports.map(({ point }) => point !== undefined)).toEqual([true]);
});

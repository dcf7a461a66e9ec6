import { beforeAll, describe, expect, test } from 'vitest';
import type { BitPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { useBackend } from '../../nn/backends.testing';
import { small } from '../../nn/networks.testing';
import type { HarmTable } from '../harmTable';
import { colorProblem, runAll } from '../problem.testing';
import type { SearchId } from '../registry';
import { type Allowed, createSpace, fits, policyOf, type SearchLimit, type Space } from '../space';
import { accuracyByTable, bestByTable, frontByTable, harmIn, harmTable } from './byTable';

const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const allowed: Allowed = { weights: [1, 2, 4, 8], activations: [32], locks: {} };
const spaceOf = (limits: readonly SearchLimit[], more: Partial<Allowed> = {}) =>
  createSpace(small(), scheme, { ...allowed, ...more }, limits);

const free = spaceOf([]);
const numbers = free.layers.reduce((sum, { weights }) => sum + weights, 0);
// Each layer has its own sensitivity to few bits.
const harms = free.layers.map(({ choices }, l) => choices.map(({ weights }) => (1 + ((l * 7) % 4)) * 4 ** -weights));
const table = harmTable('harm', free, harms);

function policiesOf(space: Space): BitPolicy[] {
  const vectors = space.layers.reduce<number[][]>(
    (all, { choices }) => all.flatMap((vector) => choices.map((_, c) => [...vector, c])),
    [[]],
  );
  return vectors.filter((vector) => fits(space, vector)).map((vector) => policyOf(space, vector));
}

test.each([1.5, 2, 3.3, 5, 7.9])('within %f bits per weight the table finds the least harmful policy', (bits) => {
  const space = spaceOf([{ measure: 'weights', most: Math.floor(bits * numbers) }]);
  const best = bestByTable(table, space);
  const least = Math.min(...policiesOf(space).map((policy) => harmIn(table, policy)));
  expect(best).toMatchObject({ optimal: true, harm: expect.closeTo(least, 12) });
  expect(harmIn(table, best.policy)).toBeCloseTo(least, 12);
  expect(policiesOf(space)).toContainEqual(best.policy);
});

test('several limits hold at once; infeasible limits and missing layers are refused', () => {
  const macs = free.layers.reduce((sum, layer) => sum + layer.macs, 0);
  const limits = [
    { measure: 'weights', most: 3 * numbers },
    { measure: 'bitOps', most: 32 * 5 * macs },
  ] as const;
  const space = spaceOf(limits);
  const least = Math.min(...policiesOf(space).map((policy) => harmIn(table, policy)));
  expect(bestByTable(table, space).harm).toBeCloseTo(least, 12);
  const room = { ...space, room: [0, 0] };
  expect(() => bestByTable(table, room)).toThrow(
    /No config keeps all limits: .*10.7x \(at best 8.0x\), .*BitOps \(at best/,
  );
  expect(() => bestByTable({ ...table, layers: table.layers.slice(1) }, space)).toThrow('no width of layer "stem"');
  // Widths outside of the run are never chosen.
  const wider = spaceOf([{ measure: 'weights', most: 9 * numbers }], { weights: [1, 3, 8] });
  expect(Object.values(bestByTable(table, wider).policy).every(({ weights }) => weights === 8)).toBe(true);
  expect(harmIn(table, { ...bestByTable(table, space).policy, stem: { weights: 3, activations: 32 } })).toBeNaN();
});

test('a front runs from the narrowest policy to the widest, each policy better than all smaller ones', () => {
  const front = frontByTable(table, spaceOf([{ measure: 'memory', most: 1e6 }]));
  const bits = front.map(({ policy }) =>
    free.layers.reduce((sum, { id, weights }) => sum + weights * policy[id].weights, 0),
  );
  expect(front.length).toBeGreaterThan(8);
  expect(bits[0]).toBe(numbers);
  expect(bits.at(-1)).toBe(8 * numbers);
  for (let i = 1; i < front.length; i++) {
    expect(bits[i]).toBeGreaterThan(bits[i - 1]);
    expect(front[i].harm).toBeLessThan(front[i - 1].harm);
  }
  expect(frontByTable(table, free).length).toBeGreaterThan(8);
});

test('accuracy is interpolated between measured policies and not extrapolated', () => {
  const policies = frontByTable(table, free).map(({ policy }) => policy);
  const point = (policy: BitPolicy, right: number) => ({ policy, steps: 0 as const, accuracy: wilson(right, 100) });
  const points = [point(policies[1], 20), point(policies[4], 60), point(policies[8], 80)];
  const accuracy = accuracyByTable(table, points);
  expect(accuracy(harmIn(table, policies[4]))).toBeCloseTo(0.6, 12);
  const between = accuracy((harmIn(table, policies[4]) + harmIn(table, policies[8])) / 2) as number;
  expect(between).toBeCloseTo(0.7, 12);
  expect(accuracy(harmIn(table, policies[0]))).toBeUndefined();
  expect(accuracy(harmIn(table, policies[9]))).toBeUndefined();
  expect(accuracyByTable(table, points.slice(1))(harmIn(table, policies[4]))).toBeUndefined();
});

test('choices of non-finite harm are left out of a table', () => {
  const strange = harmTable(
    'harm',
    free,
    harms.map((row) => row.with(0, Number.NaN).with(1, Number.POSITIVE_INFINITY)),
  );
  expect(strange.layers.every(({ choices }) => choices.length === 2)).toBe(true);
  expect(JSON.parse(JSON.stringify(strange))).toEqual(strange);
});

describe('methods return a table', () => {
  beforeAll(() => useBackend('wasm'));

  const quick: Readonly<Partial<Record<SearchId, Readonly<Record<string, number>>>>> = {
    greedy: { points: 1 },
    amp: { points: 1 },
    squaredSteps: {},
    outputError: { images: 24 },
    hessian: { batches: 2, images: 4, points: 1 },
    limpq: { steps: 4, batch: 4, points: 1 },
    dnas: { steps: 4, batch: 4, points: 1 },
  };

  test.each(Object.keys(quick) as SearchId[])('%s', async (method) => {
    const most = 3 * (await colorProblem()).space.layers.reduce((sum, { weights }) => sum + weights, 0);
    const limits = [{ measure: 'weights', most } as const];
    const { result } = await runAll(method, await colorProblem({ limits, budget: {} }), quick[method]);
    const { space } = await colorProblem({ limits });
    const left = structuredClone(result?.table) as HarmTable;
    const best = bestByTable(left, space);
    // The exact solvers choose the table's best policy for the limit of the run.
    const own = result?.believed?.policy ?? result?.policy;
    if (method === 'hessian' || method === 'limpq' || method === 'squaredSteps' || method === 'outputError')
      expect(harmIn(left, own as BitPolicy) / best.harm).toBeCloseTo(1, 4);
    // With few images accuracies tie, and the table of `amp` holds accuracies.
    expect(frontByTable(left, space).length).toBeGreaterThan(method === 'amp' ? 0 : 3);
  });
});

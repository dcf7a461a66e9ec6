import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../formats/checkpoint';
import { layersOf, parameterName } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import { solveByHighs } from '../../optim/highs.testing';
import { networks } from '../../zoo/registry';
import { programOf, staysWithin } from '../allocation/program';
import type { ImportanceInside } from '../insides';
import { NOTHING_SPENT } from '../ledger';
import { colorProblem, runAll } from '../problem.testing';
import { createSpace, type Space, vectorOf } from '../space';
import { startingSteps } from '../training/learnedSteps';

beforeAll(() => useBackend('wasm'));

/** `max(|mean - 3 sd|, |mean + 3 sd|)` of a kernel, in float64. */
function reach(values: Float32Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  return Math.max(Math.abs(mean - 3 * sd), Math.abs(mean + 3 * sd));
}

/** All vectors of a space. */
function vectorsOf({ layers }: Space): number[][] {
  return layers.reduce<number[][]>(
    (vectors, { choices }) => vectors.flatMap((vector) => choices.map((_, c) => [...vector, c])),
    [[]],
  );
}

test.each(['weights', 'memory'] as const)(
  'takes the policy of the least sum of squared steps within a limit on %s, with a lock, before any image',
  async (measure) => {
    const allowed = {
      weights: [1, 2, 3, 4, 8],
      activations: [32],
      locks: { fc: { weights: 8, activations: 32 } },
    } as const;
    const lavish = { measure, most: 1e6 } as const;
    const { space: free, training } = await colorProblem({ allowed, limits: [lavish] });
    const { least: narrowest, room: widest } = programOf(free);
    const limits = [{ measure, most: lavish.most - free.room[0] + Math.floor((2 * narrowest[0] + widest[0]) / 3) }];
    const { space } = await colorProblem({ allowed, limits });
    const program = programOf(space);
    const harm = (vector: readonly number[]) =>
      layersOf(training.network).reduce((sum, { id }, l) => {
        const kernel = training.network.parameters.get(parameterName(id, 'kernel'))?.values as Float32Array;
        return sum + (reach(kernel) / 2 ** (space.layers[l].choices[vector[l]].weights - 1)) ** 2;
      }, 0);
    const within = vectorsOf(space).filter((vector) => staysWithin(program, program.room, vector));
    expect(within.length).toBeLessThan(vectorsOf(space).length);
    const least = Math.min(...within.map(harm));
    const { reports, result } = await runAll('squaredSteps', await colorProblem({ allowed, limits }));
    expect(harm(vectorOf(space, result?.policy as BitPolicy) as number[]) / least).toBeCloseTo(1, 6);
    expect(reports.map(({ point }) => point?.steps)).toEqual([undefined, 0]);
    const { seconds, ...nothing } = NOTHING_SPENT;
    expect(reports[0].spent).toMatchObject({ ...nothing, seconds: expect.any(Number) });
    expect(reports[1].spent).toMatchObject({ forward: 24, backward: 0, evaluations: 1 });
    const { program: proof, squared } = reports[0].inside as ImportanceInside;
    expect(proof).toMatchObject({ optimal: true, penalty: expect.closeTo(2 * least, 6) });
    expect(squared).toBe(true);
  },
);

test('activations count by the squares of the steps that calibration gives them', async () => {
  const allowed = { weights: [2, 4], activations: [2, 4, 8], locks: {} } as const;
  const { space: free } = await colorProblem({ allowed });
  const macs = free.layers.reduce((sum, layer) => sum + layer.macs, 0);
  const limits = [{ measure: 'bitOps', most: 24 * macs } as const];
  const problem = await colorProblem({ allowed, limits });
  const { space } = problem;
  const rows = await startingSteps(problem);
  expect(problem.ledger.spent).toMatchObject(NOTHING_SPENT);
  const step = (steps: readonly (readonly [number, number])[], bits: number) =>
    steps.find(([width]) => width === bits)?.[1] ?? 0;
  const harm = (vector: readonly number[]) =>
    space.layers.reduce((sum, { choices }, l) => {
      const { weights, activations } = choices[vector[l]];
      return sum + 2 * step(rows[l].weights, weights) ** 2 + step(rows[l].activations, activations) ** 2;
    }, 0);
  expect(rows.slice(1).every(({ activations }) => activations.length === 3)).toBe(true);
  const program = programOf(space);
  const least = Math.min(
    ...vectorsOf(space)
      .filter((v) => staysWithin(program, program.room, v))
      .map(harm),
  );
  const { result } = await runAll('squaredSteps', problem);
  expect(harm(vectorOf(space, result?.policy as BitPolicy) as number[])).toBeCloseTo(least, 9);
});

test('LIMPQ trains from these steps', async () => {
  const allowed = { weights: [2, 4, 8], activations: [4], locks: {} } as const;
  const rows = await startingSteps(await colorProblem({ allowed }));
  const { reports } = await runAll('limpq', await colorProblem({ allowed, budget: {} }), {
    steps: 1,
    batch: 4,
    logRate: 1e-4,
    points: 1,
  });
  const { layers } = reports[0].inside as ImportanceInside;
  for (const [l, { weights }] of layers.entries())
    for (const [i, value] of weights.entries()) expect(value / rows[l].weights[i][1]).toBeCloseTo(1, 2);
});

test('on the shipped ResNet-8 the sum is what HiGHS finds', async () => {
  const file = readFileSync(new URL('../../../public/weights/resnet8-emoji10.safetensors', import.meta.url));
  const network = readCheckpoint(networks.resnet8.build([32, 32, 3], 10), file);
  const scheme = { quantizer: 'affine', granularity: 'channel' } as const;
  const allowed = { weights: [1, 2, 3, 4, 5, 6, 8], activations: [32], locks: {} } as const;
  const free = createSpace(network, scheme, allowed, []);
  const numbers = free.layers.reduce((sum, { weights }) => sum + weights, 0);
  for (const compression of [8, 12, 16, 20]) {
    const limits = [{ measure: 'weights', most: Math.floor((32 * numbers) / compression) } as const];
    const problem = await colorProblem({ limits: [] });
    const calibrated = { ...problem.training.calibrated, rangesFor: async () => new Map() } as never;
    const training = { ...problem.training, network, scheme, calibrated };
    const space = createSpace(network, scheme, allowed, limits);
    const closed = { ...problem, space, training, startPolicies: [] };
    closed.ledger.close();
    const { result } = await runAll('squaredSteps', closed);
    const penalties = layersOf(network).map(({ id }, l) => {
      const kernel = network.parameters.get(parameterName(id, 'kernel'))?.values as Float32Array;
      return space.layers[l].choices.map(({ weights }, c) => ({
        costs: space.layers[l].costs[c],
        penalty: Math.round(1e9 * (reach(kernel) / 2 ** (weights - 1)) ** 2),
      }));
    });
    const vector = vectorOf(space, result?.policy as BitPolicy) as number[];
    const sum = vector.reduce((total, choice, l) => total + penalties[l][choice].penalty, 0);
    expect(
      sum /
        solveByHighs(
          penalties,
          limits.map(({ most }) => most),
        ).penalty,
    ).toBeCloseTo(1, 6);
  }
});

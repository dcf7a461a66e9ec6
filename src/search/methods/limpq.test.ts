import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { BitPolicy } from '../../graph/policy';
import { useBackend } from '../../nn/backends.testing';
import type { ImportanceInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { readOptions } from '../run';
import { costsOfVector, fits, type Space, vectorOf } from '../space';
import { trainedCandidates } from '../training/learnedSteps';
import { limpq } from './limpq';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [2, 3, 4, 8], activations: [32], locks: {} } as const;

/** All vectors of a space. */
function vectorsOf({ layers }: Space): number[][] {
  return layers.reduce<number[][]>(
    (vectors, { choices }) => vectors.flatMap((vector) => choices.map((_, c) => [...vector, c])),
    [[]],
  );
}

test('trains all widths and takes the least important policy within the limits; the control spends as much', async () => {
  const free = await colorProblem({ allowed: BITS });
  const { space } = free;
  free.dispose();
  const most = 3.4 * space.layers.reduce((sum, { weights }) => sum + weights, 0);
  const problem = await colorProblem({ allowed: BITS, limits: [{ measure: 'weights', most }], budget: {} });
  const before = tf.memory().numTensors;
  const { reports, result } = await runAll('limpq', problem, { steps: 30, batch: 16, points: 2 });
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  const training = reports.filter(({ phase }) => phase.startsWith('training'));
  expect(training.map(({ done }) => done)).toEqual([1 / 3, 2 / 3, 1]);
  // 4 uniform passes and a random one, forward and backward.
  expect(training[2].spent).toMatchObject({ forward: 30 * 16 * 5, backward: 30 * 16 * 5 });
  const solved = reports[3].inside as ImportanceInside;
  const losses = training.map(({ inside }) => (inside as ImportanceInside).loss as number);
  expect(losses[2]).toBeLessThan(losses[0]);
  // By their logarithm steps move far in few passes, and farther with every report.
  const moved = training.map(({ inside }) => (inside as ImportanceInside).moved as number);
  expect(moved[0]).toBeGreaterThan(0.02);
  expect(moved[2]).toBeGreaterThan(moved[0]);
  expect((result?.believed ?? result)?.because).toMatch(/training moved the steps by \d+ % \(median\)\.$/);
  for (const { bits, weights } of solved.layers) {
    expect(bits).toEqual([2, 3, 4, 8]);
    for (let i = 1; i < weights.length; i++) expect(weights[i]).toBeLessThanOrEqual(weights[i - 1]);
    expect(weights[0]).toBeGreaterThan(4 * weights[3]);
  }
  const penalty = (vector: readonly number[]) =>
    2 * vector.reduce((sum, choice, l) => sum + solved.layers[l].weights[choice], 0);
  const limited = { ...space, limits: problem.space.limits, room: problem.space.room, layers: problem.space.layers };
  const feasible = vectorsOf(limited).filter((vector) => fits(limited, vector));
  const least = Math.min(...feasible.map(penalty));
  // If another policy measured better, the program's own choice is only predicted.
  const own = result?.believed?.policy ?? result?.policy;
  const vector = vectorOf(limited, own as BitPolicy) as number[];
  expect(penalty(vector)).toBeCloseTo(least, 9);
  expect(solved.program).toMatchObject({ optimal: true });
  expect(solved.program?.penalty).toBeCloseTo(least, 9);
  const control = vectorOf(limited, result?.control as BitPolicy) as number[];
  expect(fits(limited, control)).toBe(true);
  expect(penalty(control)).toBeGreaterThan(least);
  expect(costsOfVector(limited, control)[0]).toBeGreaterThan(0.7 * most);
  const points = reports.flatMap(({ point }) => (point === undefined ? [] : [point]));
  expect(points.map(({ role }) => role)).toEqual(['candidate', 'control', 'candidate']);
  expect(points[0].policy).toEqual(own);
});

test('a budget in images reserves room for measuring', async () => {
  const budget = { images: 2 * 24 + 7 * 2 * 8 * 5 };
  const limits = [{ measure: 'weights', most: 2500 } as const];
  const problem = await colorProblem({ allowed: BITS, budget, limits });
  const { reports } = await runAll('limpq', problem, { steps: 100, batch: 8 });
  expect(reports.find(({ phase }) => phase.startsWith('training'))?.spent.backward).toBe(7 * 8 * 5);
  expect(reports.filter(({ point }) => point !== undefined)).toHaveLength(2);
  const { forward, backward } = reports.at(-1)?.spent ?? { forward: 0, backward: 0 };
  expect(forward + backward).toBe(budget.images);
});

test('activations are trained together with the weights, at every pair of widths that LSQ supports', async () => {
  const locks = { fc: { weights: 1, activations: 32 } } as const;
  const allowed = { weights: [1, 4, 32], activations: [2, 8], locks } as const;
  const problem = await colorProblem({ allowed, budget: {} });
  const candidates = trainedCandidates(problem.space);
  expect(candidates.stem.map(({ weights, activations }) => [weights, activations])).toEqual(
    [4, 3, 2].map((w) => [w, 32]),
  );
  expect(candidates.next).toHaveLength(3 * 2);
  expect(candidates.fc.every(({ weights }) => weights < 4)).toBe(true);
  const { reports } = await runAll('limpq', problem, { steps: 2, batch: 4, points: 1 });
  const inside = reports[0].inside as ImportanceInside;
  const next = inside.layers.find(({ id }) => id === 'next');
  expect(next?.activations).toHaveLength(2);
  expect(next?.activationBits).toEqual([2, 8]);
  expect((next?.activations?.[0] as number) / (next?.activations?.[1] as number)).toBeGreaterThan(4);
});

test('the published rules are the step itself, trained by its value; one config is measured', () => {
  const options = (given: Readonly<Record<string, string>>) => readOptions(limpq.options, given);
  expect(options({ rules: 'published' })).toMatchObject({ importance: 'step', moves: 'value', points: 1, alpha: 2 });
  expect(options({ rules: 'published', importance: 'square' })).toMatchObject({ importance: 'square', moves: 'value' });
  expect(options({})).toMatchObject({ importance: 'square', moves: 'logarithm', points: 4 });
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { policyCost } from '../../graph/cost';
import { useBackend } from '../../nn/backends.testing';
import type { MixtureInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { fits, policyOf } from '../space';
import { costsOf, drawWithin } from './dnas';

beforeAll(() => useBackend('wasm'));

const BITS = { weights: [1, 2, 4, 8], activations: [32], locks: {} } as const;

async function limited(bits: number, more: Parameters<typeof colorProblem>[0] = {}) {
  const { space, dispose } = await colorProblem({ allowed: BITS });
  dispose();
  const most = bits * space.layers.reduce((sum, { weights }) => sum + weights, 0);
  return colorProblem({ allowed: BITS, limits: [{ measure: 'weights', most }], ...more });
}

test('costs are shares of the limits, without locked layers', async () => {
  const locks = { fc: { weights: 8, activations: 32 } } as const;
  const problem = await limited(4, { allowed: { ...BITS, locks } });
  const { layers, fixed } = costsOf(problem.space);
  expect([...layers.keys()]).toEqual(['stem', 'block', 'next']);
  const most = problem.space.limits[0].most;
  const fc = problem.space.layers[3].weights;
  expect(fixed).toBeCloseTo((8 * fc) / most, 9);
  expect(layers.get('stem')).toBeAllClose([1, 2, 4, 8].map((w) => (w * problem.space.layers[0].weights) / most));
  problem.dispose();
});

test('draws keep the limits, the first is the most probable, and without limits they follow the probabilities', async () => {
  const tight = await limited(2.5);
  const { space } = tight;
  const thetas = space.layers.map(() => [0, 0.5, 1, 3]);
  for (let seed = 0; seed < 40; seed++) expect(fits(space, drawWithin(space, thetas, seed))).toBe(true);
  // No feasible vector has a larger sum of thetas than the first.
  const vectors = space.layers.reduce<number[][]>(
    (all) => all.flatMap((v) => [0, 1, 2, 3].map((c) => [...v, c])),
    [[]],
  );
  const value = (vector: readonly number[]) => vector.reduce((sum, c, l) => sum + thetas[l][c], 0);
  const best = Math.max(...vectors.filter((vector) => fits(space, vector)).map(value));
  expect(value(drawWithin(space, thetas))).toBe(best);
  tight.dispose();
  const free = await colorProblem({ allowed: BITS });
  const counts = [0, 0, 0, 0];
  const draws = 1500;
  for (let seed = 0; seed < draws; seed++) counts[drawWithin(free.space, thetas, seed)[1]]++;
  const powers = [0, 0.5, 1, 3].map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  for (const [c, count] of counts.entries()) expect(Math.abs(count / draws - powers[c] / sum)).toBeLessThan(0.04);
  free.dispose();
});

test('trains the mixture, favors fewer bits under cost pressure, and measures its draws', async () => {
  const problem = await limited(2.5, { budget: {} });
  const { network } = problem.training;
  const before = tf.memory().numTensors;
  const { reports, result } = await runAll('dnas', problem, { steps: 60, batch: 8, gamma: 4, points: 3 });
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  const insides = reports.map(({ inside }) => inside as MixtureInside);
  const training = reports.filter(({ phase }) => phase.startsWith('training'));
  expect(training).toHaveLength(6);
  // The 9 warm-up steps take one batch each, all other steps two.
  expect(training[5].spent).toMatchObject({ forward: (60 + 51) * 8, backward: (60 + 51) * 8 });
  for (const { layers } of insides)
    for (const { bits, probabilities } of layers) {
      expect(bits).toEqual([1, 2, 4, 8]);
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  expect(insides[0].averageBits).toBeGreaterThan(3.5);
  expect(insides[5].averageBits).toBeLessThan(insides[0].averageBits - 0.4);
  expect(insides[5].temperature).toBeLessThan(insides[0].temperature);
  const points = reports.flatMap(({ point }) => (point === undefined ? [] : [point]));
  expect(points).toHaveLength(3);
  for (const { policy } of points) expect(policyCost(network, policy).averageWeightBits).toBeLessThanOrEqual(2.5);
  expect(new Set(points.map(({ policy }) => JSON.stringify(policy))).size).toBe(3);
  expect(points.map(({ policy }) => policy)).toContainEqual(result?.policy);
});

test('an untrainable scheme is searched with DoReFa’s weights and measured unchanged', async () => {
  const scheme = { quantizer: 'affine', granularity: 'block:4' } as const;
  const { reports, result } = await runAll('dnas', await colorProblem({ scheme, allowed: BITS }), {
    steps: 3,
    batch: 4,
    points: 1,
    sampling: 'softmax',
  });
  const point = reports.find(({ point }) => point !== undefined)?.point;
  expect(point?.policy).toEqual(result?.policy);
  const problem = await colorProblem({ scheme, allowed: BITS });
  const vector = problem.space.layers.map(({ choices }) => choices.length - 1);
  expect(policyOf(problem.space, vector).stem.weights).toBe(8);
  problem.dispose();
});

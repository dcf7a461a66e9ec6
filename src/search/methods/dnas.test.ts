import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { policyCost } from '../../graph/cost';
import { createRng } from '../../math/rng';
import { useBackend } from '../../nn/backends.testing';
import type { MixtureInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { fits, policyOf } from '../space';
import { costsOf, drawsWithin, mostProbable } from '../training/mixtureDraws';

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

test('costs in bits are those of the first limit that counts them, of unit 1, and of weights without one', async () => {
  const { space, dispose } = await limited(4);
  dispose();
  const [stem] = space.layers;
  const bits = costsOf(space, 'bits');
  expect(bits.unit).toBe(1);
  expect(bits.layers.get('stem')).toBeAllClose([1, 2, 4, 8].map((w) => w * stem.weights));
  const free = await colorProblem({ allowed: BITS, limits: [{ measure: 'memory', most: 1e6 }] });
  free.dispose();
  expect(costsOf(free.space, 'bits').layers.get('stem')).toBeAllClose(
    free.space.layers[0].costs.map(([bytes]) => 8 * bytes),
  );
  const tied = await colorProblem({ allowed: { ...BITS, ties: [['block', 'next']] } });
  tied.dispose();
  const { layers, follows } = costsOf(tied.space, 'bits');
  expect(follows).toEqual(new Map([['next', 'block']]));
  const [, block, next] = tied.space.layers;
  expect(layers.get('block')).toBeAllClose([1, 2, 4, 8].map((w) => w * (block.weights + next.weights)));
});

test('draws keep the limits, the first is the most probable, and without limits they follow the probabilities', async () => {
  const tight = await limited(2.5);
  const { space } = tight;
  const thetas = space.layers.map(() => [0, 0.5, 1, 3]);
  const draw = drawsWithin(space, thetas);
  const rng = createRng(1);
  for (let i = 0; i < 40; i++) expect(fits(space, draw(rng) as number[])).toBe(true);
  // No feasible vector has a larger sum of thetas than the first.
  const vectors = space.layers.reduce<number[][]>(
    (all) => all.flatMap((v) => [0, 1, 2, 3].map((c) => [...v, c])),
    [[]],
  );
  const value = (vector: readonly number[]) => vector.reduce((sum, c, l) => sum + thetas[l][c], 0);
  const best = Math.max(...vectors.filter((vector) => fits(space, vector)).map(value));
  expect(value(mostProbable(space, thetas))).toBe(best);
  tight.dispose();
  const free = await colorProblem({ allowed: BITS });
  const counts = [0, 0, 0, 0];
  const draws = 1500;
  const drawFree = drawsWithin(free.space, thetas);
  for (let i = 0; i < draws; i++) counts[(drawFree(rng) as number[])[1]]++;
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

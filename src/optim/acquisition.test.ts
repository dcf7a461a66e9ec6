import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cholesky, dot, packSymmetric, solveLower } from '../math/cholesky';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import {
  confidenceBeta,
  expectedHypervolumeImprovement,
  expectedImprovement,
  informationGains,
  logExpectedImprovement,
  mostInformative,
  upperConfidenceBound,
} from './acquisition';
import { condition, covariances, type GpModel, observe, predict } from './gp';
import { multiTask, multiTaskData, targetInputs } from './gp.testing';
import { hypervolume } from './pareto';

const close = { rtol: 0, atol: 1e-9 };

describe('confidence', () => {
  test('is the upper bound of a normal value', () => {
    // Origin: BoTorch's tests, mean 0.5, variance 4, beta 1.
    expect(upperConfidenceBound(0.5, 4, 1)).toBe(2.5);
  });

  // Origin: numpy, with the formula of the authors' code, for 900 candidates.
  test.each([
    [1, 3.841072063515641],
    [5, 5.128622393462921],
    [12, 5.8289973833460405],
  ])('beta of step %d', (step, beta) => {
    expect(confidenceBeta(900, step)).toBeCloseTo(beta, 12);
  });
});

describe('expected improvement', () => {
  // Origin: scipy.stats.norm; the first three also in BoTorch's tests to 4 digits.
  test.each([
    [-0.5, 1, 0, 0.19779655740130608],
    [0, 1, 0, 0.3989422804014327],
    [0.5, 1, 0, 0.6977965574013061],
    [0.5, 2, 1, 0.5726893964471604],
    [0, 0.1, 0.5, 5.346165533833156e-9],
  ])('of mean %d, deviation %d over %d', (mean, deviation, best, expected) => {
    expect([expectedImprovement(mean, deviation, best)]).toBeAllClose([expected], { rtol: 1e-8, atol: 0 });
  });

  test('has a logarithm that still ranks where the improvement underflows to 0', () => {
    expect(logExpectedImprovement(0, 0.1, 0.5)).toBeCloseTo(-19.04688625565497, 8);
    expect(expectedImprovement(0, 1, 1000)).toBe(0);
    expect(logExpectedImprovement(0, 1, 1000)).toBeGreaterThan(logExpectedImprovement(0, 1, 1001));
  });

  test('is the integral of the improvement', () => {
    law(
      [fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 0.05, max: 3, noNaN: true })],
      (mean, deviation) => {
        const h = 1e-3;
        let sum = 0;
        for (let z = -9; z < 9; z += h) sum += h * Math.max(0, mean + deviation * z) * Math.exp((-z * z) / 2);
        expect([expectedImprovement(mean, deviation, 0)]).toBeAllClose([sum / Math.sqrt(2 * Math.PI)], {
          rtol: 0,
          atol: 1e-6,
        });
      },
      30,
    );
  });

  test('with deviation 0 is the improvement itself', () => {
    expect(expectedImprovement(3, 0, 1)).toBeCloseTo(2, 12);
    expect(expectedImprovement(1, 0, 3)).toBe(0);
  });
});

describe('expected growth of the hypervolume', () => {
  const points = [
    { cost: 1, value: 0.6 },
    { cost: 2, value: 0.8 },
    { cost: 4, value: 0.9 },
  ];
  const reference = { cost: 6, value: 0.5 };

  // Origin: scipy, which agrees with a Monte Carlo estimate.
  test.each([
    [1.5, 0.82, 0.05, 0.17536810867],
    [0.5, 0.55, 0.05, 0.03124866564],
    [5, 0.92, 0.02, 0.02166630941],
  ])('of cost %d, mean %d, deviation %d', (cost, mean, deviation, expected) => {
    const growth = expectedHypervolumeImprovement({ cost, mean, deviation }, points, reference);
    expect([growth]).toBeAllClose([expected], close);
  });

  test('is the mean growth over the quantiles of the value, for random fronts', () => {
    const levels = Array.from({ length: 4001 }, (_, i) => -5 + i / 400);
    const density = levels.map((z) => Math.exp((-z * z) / 2));
    const total = density.reduce((sum, d) => sum + d, 0);
    law(
      [fc.nat()],
      (seed) => {
        const rng = createRng(seed);
        const front = Array.from({ length: 4 }, () => ({ cost: 8 * rng.uniform(), value: rng.uniform() }));
        const candidate = { cost: 7 * rng.uniform(), mean: rng.uniform(), deviation: 0.05 + rng.uniform() / 5 };
        const before = hypervolume(front, reference);
        const grown = levels.reduce((sum, z, i) => {
          const value = candidate.mean + candidate.deviation * z;
          return (
            sum + (density[i] / total) * (hypervolume([...front, { cost: candidate.cost, value }], reference) - before)
          );
        }, 0);
        expect(expectedHypervolumeImprovement(candidate, front, reference)).toBeCloseTo(grown, 4);
      },
      15,
    );
  });

  test('is 0 at and above the cost of the reference', () => {
    for (const cost of [6, 7])
      expect(expectedHypervolumeImprovement({ cost, mean: 2, deviation: 1 }, points, reference)).toBe(0);
  });
});

describe('information about the target task', () => {
  const posterior = condition(multiTask, multiTaskData);

  test('equals numpy, which inverts the whole covariance', () => {
    const [first, second] = informationGains(posterior, targetInputs, [0, 1], 2);
    expect(first).toBeAllClose([0.00169831588, 0.166259468009, 0.046395987871], close);
    expect(second).toBeAllClose([0.017206075025, 0.215641061059, 0.10194265853], close);
  });

  test('equals the computation with whole covariances, for random models, inputs and noise', () => {
    law(
      [fc.nat(), fc.constantFrom('rbf', 'matern52'), fc.boolean(), fc.integer({ min: 0, max: 8 })],
      (seed, kernel, perTask, observed) => {
        const rng = createRng(seed);
        const input = () => [rng.uniform(), rng.uniform()];
        const noise = Array.from({ length: perTask ? 3 : 1 }, () => 10 ** (-4 * rng.uniform()));
        const factors = [0, 1, 2].map(() => [rng.normal(), rng.normal()]);
        const tasks = { factors, diagonal: [0.1, 0.3 * rng.uniform() + 0.01, 0.2] };
        const model: GpModel = { kernel, lengthscales: [0.4, 0.7], outputScale: 1.3, mean: [0], noise, tasks };
        const data = Array.from({ length: observed }, (_, i) => ({ input: input(), task: i % 3, value: rng.normal() }));
        const posterior = condition(model, data);
        const inputs = Array.from({ length: 12 }, input);
        const of = (task: number) => inputs.map((x) => ({ input: x, task }));
        const targetCovariance = covariances(posterior, of(2), of(2));
        const noiseOf = (task: number) => noise[perTask ? task : 0];
        const factor = cholesky(
          packSymmetric(12, (i, j) => targetCovariance[i][j] + (i === j ? noiseOf(2) : 0)),
          12,
        );
        const expected = [0, 1].map((task) => {
          const cross = covariances(posterior, of(task), of(2));
          return Array.from(predict(posterior, of(task)).variance, (latent, i) => {
            const solved = solveLower(factor, cross[i].slice());
            const variance = latent + noiseOf(task);
            return -Math.log(1 - dot(solved, solved) / variance) / 2;
          });
        });
        const gains = informationGains(posterior, inputs, [0, 1], 2);
        for (const task of [0, 1]) expect(gains[task]).toBeAllClose(expected[task], { rtol: 1e-8, atol: 1e-9 });
      },
      60,
    );
  });

  test('at a single input follows from the correlation of the two noisy values', () => {
    const input = [[0.9, 0.4]];
    const [[gain]] = informationGains(posterior, input, [0], 2);
    const [[cross]] = covariances(posterior, [{ input: input[0], task: 0 }], [{ input: input[0], task: 2 }]);
    const [low, high] = [0, 2].map((task) => predict(posterior, [{ input: input[0], task }]).variance[0] + 0.05);
    expect(gain).toBeCloseTo(-Math.log(1 - cross ** 2 / (low * high)) / 2, 12);
  });

  test('vanishes after many observations', () => {
    let repeated = posterior;
    for (let i = 0; i < 30; i++) repeated = observe(repeated, { input: [0, 1], task: 1, value: 0.6 });
    const [before] = informationGains(posterior, targetInputs, [1], 2);
    const [after] = informationGains(repeated, targetInputs, [1], 2);
    expect(after[1]).toBeLessThan(before[1] / 5);
  });

  test('chooses input and task jointly by gain per cost', () => {
    const choice = mostInformative(posterior, targetInputs, [0.1, 0.1, 1], 2);
    expect(choice).toMatchObject({ input: 1, task: 1 });
    expect(choice.gainPerCost).toBeCloseTo(2.156410610585024, 8);
    expect(mostInformative(posterior, targetInputs, [0.1, 0.2, 1], 2)).toMatchObject({ input: 1, task: 0 });
    const posteriors = [posterior, condition({ ...multiTask, lengthscales: [0.1, 0.1] }, multiTaskData)];
    const averaged = mostInformative(posteriors, targetInputs, [0.1, 0.1, 1], 2);
    const gains = posteriors.map(
      (one) => informationGains(one, targetInputs, [0, 1], 2)[averaged.task][averaged.input],
    );
    expect(averaged.gainPerCost).toBeCloseTo((gains[0] + gains[1]) / 2 / 0.1, 12);
  });

  test('refuses the target, costs that are not positive, and an empty choice', () => {
    expect(() => informationGains(posterior, targetInputs, [2], 2)).toThrow('is the target');
    expect(() => mostInformative(posterior, targetInputs, [0, 1, 1], 2)).toThrow('must be positive');
    expect(() => mostInformative(posterior, [], [1, 1, 1], 2)).toThrow('nothing to choose');
    expect(() => mostInformative([], targetInputs, [1, 1, 1], 2)).toThrow('0 posteriors');
  });
});

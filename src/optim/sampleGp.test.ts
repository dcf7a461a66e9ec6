import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { condition, type GpModel, logLikelihood, type Observation, taskCovariance } from './gp';
import { fitGp, standardize } from './gpFit';
import { GpParameters } from './gpPriors';
import { sampleGp } from './sampleGp';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));

/** ln l, ln noise, ln outputScale. */
const logs = ({ lengthscales, noise, outputScale }: GpModel) => [lengthscales[0], noise[0], outputScale].map(Math.log);

describe('models drawn', () => {
  test('have the moments of likelihood times priors, integrated over a grid', () => {
    const data: Observation[] = [0.1, 0.15, 0.4, 0.45, 0.8, 0.9].map((x) => ({ input: [x], value: Math.sin(7 * x) }));
    const form = { kernel: 'rbf', mean: 0 } as const;
    const drawn = sampleGp(data, fitGp(data, createRng(0), form).model, 3000, createRng(1), form);
    // Log-normal priors by their definition, as densities of the logarithms.
    const centers = [Math.SQRT2, -4, 0];
    const spreads = [Math.sqrt(3), 1, 1];
    const sums = [0, 1, 2].map(() => [0, 0]);
    let total = 0;
    const axis = (k: number) => Array.from({ length: 29 }, (_, i) => centers[k] + spreads[k] * (i / 3.5 - 4));
    for (const l of axis(0))
      for (const n of axis(1))
        for (const s of axis(2)) {
          const [lengthscale, noise, outputScale] = [l, n, s].map(Math.exp);
          // Minimum length scale and noise.
          if (lengthscale < 0.025 || noise < 1e-4) continue;
          const model: GpModel = { kernel: 'rbf', lengthscales: [lengthscale], outputScale, mean: [0], noise: [noise] };
          const z = [l, n, s].reduce((sum, x, k) => sum + ((x - centers[k]) / spreads[k]) ** 2, 0);
          const weight = Math.exp(logLikelihood(condition(model, data)) - z / 2);
          total += weight;
          for (const [k, x] of [l, n, s].entries()) {
            sums[k][0] += weight * x;
            sums[k][1] += weight * x * x;
          }
        }
    for (const [k, [first, second]] of sums.entries()) {
      const values = drawn.map((model) => logs(model)[k]);
      const expected = { mean: first / total, deviation: Math.sqrt(second / total - (first / total) ** 2) };
      expect(Math.abs(mean(values) - expected.mean)).toBeLessThan(0.15 * expected.deviation);
      expect(Math.abs(deviation(values) / expected.deviation - 1)).toBeLessThan(0.12);
    }
  });

  test('follow the priors where the observations say nothing', () => {
    // A single value has information about variances, but none about length scales.
    const start = fitGp([{ input: [0.5, 0.5], value: 0 }], createRng(0), { mean: 0 }).model;
    const drawn = sampleGp([{ input: [0.5, 0.5], value: 0 }], start, 4000, createRng(2), { mean: 0 });
    for (const k of [0, 1]) {
      const values = drawn.map(({ lengthscales }) => Math.log(lengthscales[k]));
      expect(Math.abs(mean(values) - Math.SQRT2 - Math.log(2) / 2)).toBeLessThan(0.15);
      expect(Math.abs(deviation(values) - Math.sqrt(3))).toBeLessThan(0.15);
    }
  });

  test('have uniform priors on request, whose slopes match finite differences', () => {
    const form = { kernel: 'rbf', uniform: true, tasks: 2 } as const;
    // A single value says nothing of length scales.
    const one = [{ input: [0.5, 0.5], value: 0.6 }];
    const drawn = sampleGp(one, fitGp(one, createRng(0), form).model, 700, createRng(3), form);
    for (const k of [0, 1]) {
      const values = drawn.map(({ lengthscales }) => lengthscales[k]);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0.05);
      expect(Math.max(...values)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(mean(values) - 0.275)).toBeLessThan(0.02);
      expect(Math.abs(deviation(values) - 0.45 / Math.sqrt(12))).toBeLessThan(0.01);
    }
    const rng = createRng(4);
    const data = Array.from({ length: 9 }, (_, i) => ({
      input: [rng.uniform(), rng.uniform()],
      task: i % 2,
      value: rng.uniform(),
    }));
    const parameters = new GpParameters(2, form);
    const theta = parameters.drawn(rng);
    const { gradient = [] } = parameters.score(theta, data) ?? {};
    const valueAt = (i: number, d: number) => parameters.score(theta.with(i, theta[i] + d), data)?.value ?? Number.NaN;
    expect(gradient).toHaveLength(2 + 1 + 1 + 1 + 4 + 2);
    for (const [i, slope] of gradient.entries())
      expect((valueAt(i, 1e-5) - valueAt(i, -1e-5)) / 2e-5).toBeCloseTo(slope, 5);
    expect(parameters.thetaOf(parameters.modelAt(theta))).toEqual(theta.map((t) => expect.closeTo(t, 6)));
  });

  test('of several tasks reflect what is certain and what is not, and repeat for a seed', () => {
    const rng = createRng(3);
    const { observations } = standardize(
      Array.from({ length: 18 }, (_, i) => {
        const x = rng.uniform();
        return { input: [x], task: i % 3, value: Math.sin(6 * x) + 0.1 * (i % 3) + 0.05 * rng.normal() };
      }),
    );
    const form = { tasks: 3, rank: 1 };
    const { model } = fitGp(observations, createRng(4), form);
    const drawn = sampleGp(observations, model, 12, createRng(5), form);
    expect(sampleGp(observations, model, 12, createRng(5), form)).toEqual(drawn);
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
    const correlations = drawn.map((one) => {
      const [[a, c], [, b]] = taskCovariance(one);
      return c / Math.sqrt(a * b);
    });
    expect(Math.min(...correlations)).toBeGreaterThan(0.3);
    expect(deviation(drawn.map(({ noise }) => Math.log(noise[0])))).toBeGreaterThan(0.05);
  });

  test('need at least one observation', () => {
    expect(() => sampleGp([], fitGp([{ input: [0], value: 0 }], createRng(0)).model, 1, createRng(0))).toThrow(
      'none yet',
    );
  });
});

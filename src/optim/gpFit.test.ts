import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { condition, logLikelihood, type Observation, predict, taskCovariance } from './gp';
import { type FitOptions, fitGp, standardize } from './gpFit';

/** A wavy function, and coarser tasks that follow it with an offset. */
const truth = (x: number, task: number) => Math.sin(6 * x) * (1 - 0.15 * task) + 0.2 * task;

function sample(count: number, tasks: number, seed: number, noise = 0.05): Observation[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, (_, i) => {
    const x = rng.uniform();
    const task = i % tasks;
    return { input: [x, rng.uniform()], task, value: truth(x, task) + noise * rng.normal() };
  });
}

describe('the fitted model', () => {
  test('finds the input that matters and the noise', () => {
    const { observations, scale } = standardize(sample(40, 1, 1));
    const { model } = fitGp(observations, createRng(1), { kernel: 'rbf', restarts: 2 });
    expect(model.lengthscales[1]).toBeGreaterThan(3 * model.lengthscales[0]);
    const deviation = Math.sqrt(model.noise[0]) * scale;
    expect(deviation).toBeGreaterThan(0.03);
    expect(deviation).toBeLessThan(0.08);
  });

  test.each<FitOptions>([
    { kernel: 'rbf' },
    { kernel: 'matern52', mean: 0 },
    { kernel: 'matern52', tasks: 2, rank: 1, noisePerTask: true },
    { tasks: 2 },
    { tasks: 2, rank: 1, meanPerTask: true },
    { tasks: 2, rank: 1, agreeing: true },
  ])('is a maximum of likelihood and prior: %o', (options) => {
    const { observations } = standardize(sample(16, options.tasks ?? 1, 2));
    const { model, logPosterior } = fitGp(observations, createRng(3), { ...options, restarts: 1 });
    // Priors by their definition, evaluated one step away in every direction.
    const logNormal = (x: number, center: number, deviation: number) =>
      -((Math.log(x) - center) ** 2) / (2 * deviation ** 2) - Math.log(x);
    const score = (m: typeof model) =>
      logLikelihood(condition(m, observations)) +
      m.lengthscales.reduce((sum, l) => sum + logNormal(l, Math.SQRT2 + Math.log(2) / 2, Math.sqrt(3)), 0) +
      m.noise.reduce((sum, v) => sum + logNormal(v, -4, 1), 0) -
      (options.mean === undefined ? m.mean.reduce((sum, x) => sum + x * x, 0) / 2 : 0) +
      (m.tasks
        ? m.tasks.diagonal.reduce((sum, v) => sum + logNormal(v, -2, 1), 0) -
          m.tasks.factors.flat().reduce((sum, b) => sum + (options.agreeing ? -logNormal(b, 0, 0.5) : (b * b) / 2), 0)
        : logNormal(m.outputScale, 0, 1));
    expect(score(model)).toBeCloseTo(logPosterior, 8);
    for (const factor of [0.98, 1.02]) {
      const { tasks } = model;
      const near = [
        { ...model, lengthscales: model.lengthscales.map((l, i) => (i === 0 ? l * factor : l)) },
        { ...model, lengthscales: model.lengthscales.map((l, i) => (i === 1 ? l * factor : l)) },
        { ...model, noise: model.noise.map((v) => v * factor) },
        tasks
          ? { ...model, tasks: { ...tasks, factors: tasks.factors.map((row) => row.map((b) => b * factor)) } }
          : { ...model, outputScale: model.outputScale * factor },
        ...(tasks ? [{ ...model, tasks: { ...tasks, diagonal: tasks.diagonal.map((v) => v * factor) } }] : []),
        ...(options.mean === undefined
          ? [{ ...model, mean: model.mean.map((x, i) => (i === 0 ? x + factor - 1 : x)) }]
          : []),
      ];
      for (const other of near) expect(score(other)).toBeLessThan(logPosterior);
    }
  });

  test('predicts the expensive task from the cheap ones', () => {
    const cheap = sample(30, 1, 4, 0.02);
    const dear = sample(6, 1, 5, 0.02).map(({ input }) => ({ input, task: 1, value: truth(input[0], 1) }));
    const error = (observations: readonly Observation[], tasks: number) => {
      const standardized = standardize(observations);
      const { model } = fitGp(standardized.observations, createRng(6), { tasks, restarts: 2 });
      if (tasks > 1) {
        const [[a, c], [, b]] = taskCovariance(model);
        expect(c / Math.sqrt(a * b)).toBeGreaterThan(0.8);
      }
      const points = Array.from({ length: 21 }, (_, i) => ({ input: [i / 20, 0.5], task: tasks - 1 }));
      const { mean } = predict(condition(model, standardized.observations), points);
      return points.reduce(
        (worst, { input }, i) =>
          Math.max(worst, Math.abs(standardized.center + standardized.scale * mean[i] - truth(input[0], 1))),
        0,
      );
    };
    const alone = error(
      dear.map((point) => ({ ...point, task: 0 })),
      1,
    );
    expect(error([...cheap, ...dear], 2)).toBeLessThan(alone / 2);
  });

  test('is equal for equal seeds, survives JSON, and can start the next fit', () => {
    const { observations } = standardize(sample(12, 2, 7));
    const fit = fitGp(observations, createRng(8), { tasks: 2, restarts: 1 });
    expect(fitGp(observations, createRng(8), { tasks: 2, restarts: 1 })).toEqual(fit);
    expect(JSON.parse(JSON.stringify(fit))).toEqual(fit);
    const again = fitGp(observations, createRng(9), { tasks: 2, restarts: 0, previous: fit.model });
    expect(again.logPosterior).toBeCloseTo(fit.logPosterior, 5);
  });

  test('is refused without observations', () => {
    expect(() => fitGp([], createRng(0))).toThrow('at least one observation');
  });
});

describe('standardize', () => {
  test('gives mean 0 and deviation 1, and maps equal values to 0', () => {
    const { observations, center, scale } = standardize([1, 2, 6].map((value) => ({ input: [0], value })));
    expect([center, scale]).toBeAllClose([3, Math.sqrt(7)]);
    expect(observations.map(({ value }) => value)).toBeAllClose([-2, -1, 3].map((v) => v / Math.sqrt(7)));
    expect(standardize([{ input: [0], value: 4 }])).toMatchObject({
      center: 4,
      scale: 1,
      observations: [{ value: 0 }],
    });
  });
});

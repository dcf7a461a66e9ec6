import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { createRng } from '../math/rng';
import {
  condition,
  covariances,
  type GpModel,
  likelihoodGradient,
  logLikelihood,
  type Observation,
  observe,
  predict,
  taskCovariance,
} from './gp';
import { multiTask, multiTaskData, targets } from './gp.testing';

const close = { rtol: 0, atol: 1e-9 };

// Origin: numpy and scipy in float64; posterior and likelihood equal scikit-learn 1.9.1's GaussianProcessRegressor.
describe('one task', () => {
  const model: GpModel = { kernel: 'rbf', lengthscales: [0.4], outputScale: 1.5, mean: [0], noise: [0.01] };
  const data: Observation[] = [
    { input: [0], value: 0 },
    { input: [0.5], value: 1 },
    { input: [1], value: 0.5 },
  ];
  const points = [0.25, 0.5, 0.8, 1.5].map((x) => ({ input: [x] }));

  test('RBF: factor, weights, posterior, likelihood and gradient', () => {
    const posterior = condition(model, data);
    expect(posterior.factor.lower).toBeAllClose(
      [1.228820572744, 0.558869258775, 1.094378888501, 0.053633054245, 0.600136008001, 1.070962309044],
      close,
    );
    expect(posterior.weights).toBeAllClose([-0.388419173952, 0.858089410505, -0.042181468922], close);
    const { mean, variance } = predict(posterior, points);
    expect(mean).toBeAllClose([0.568600801417, 0.991419105895, 0.836892051757, 0.027069658001], close);
    expect(variance).toBeAllClose([0.090445185158, 0.009890285241, 0.086335933415, 1.127073350521], close);
    const [first] = covariances(posterior, points, points);
    expect([first[1], first[3]]).toBeAllClose([0.006401454016, 0.066735384889], close);
    expect(logLikelihood(posterior)).toBeCloseTo(-3.540114338814924, 12);
    const gradient = likelihoodGradient(posterior);
    expect([...gradient.lengthscales, gradient.outputScale, ...gradient.noise]).toBeAllClose(
      [0.562452987506, -1.071741057026, -0.009759604952],
      close,
    );
  });

  test('Matern 5/2: posterior and likelihood', () => {
    const posterior = condition({ ...model, kernel: 'matern52' }, data);
    const { mean, variance } = predict(posterior, points);
    expect(mean).toBeAllClose([0.532584557856, 0.992441629043, 0.774137206206, 0.101665457828], close);
    expect(variance).toBeAllClose([0.270162468601, 0.00990751952, 0.249680216082, 1.257656398259], close);
    expect(logLikelihood(posterior)).toBeCloseTo(-3.5980001166265336, 12);
  });

  test('without observations is the prior', () => {
    const { mean, variance } = predict(condition({ ...model, mean: [0.3] }, []), points);
    expect(mean).toBeAllClose([0.3, 0.3, 0.3, 0.3]);
    expect(variance).toBeAllClose([1.5, 1.5, 1.5, 1.5]);
  });
});

// Origin: numpy in float64, where the gradient agrees with central differences to 1e-10.
describe('three tasks', () => {
  const posterior = condition(multiTask, multiTaskData);

  test('covariance of the tasks', () => {
    expect(taskCovariance(multiTask).flat()).toBeAllClose(
      [0.87, 0.75, 0.68, 0.75, 0.83, 0.71, 0.68, 0.71, 0.94],
      close,
    );
  });

  test('posterior of the last task', () => {
    const { mean, variance } = predict(posterior, targets(2));
    expect(mean).toBeAllClose([0.570718250054, 0.586200794343, 0.66086329475], close);
    expect(variance).toBeAllClose([0.045468226398, 0.67970243803, 0.468592957235], close);
    const [first, second] = covariances(posterior, targets(2), targets(2));
    expect([first[1], first[2], second[2]]).toBeAllClose([0.002215720295, 0.015884873481, 0.009758953082], close);
  });

  test('likelihood and gradient', () => {
    expect(logLikelihood(posterior)).toBeCloseTo(-5.3136932893628295, 12);
    const gradient = likelihoodGradient(posterior);
    expect(gradient.lengthscales).toBeAllClose([0.587110085054, 0.37828767096], close);
    expect([gradient.outputScale, ...gradient.noise, ...gradient.mean]).toBeAllClose(
      [-2.634773753648, -0.195393971668, -0.017952661139],
      close,
    );
    expect(gradient.factors.flat()).toBeAllClose(
      [-2.714421257192, 0.343993965308, -1.61160892459, -0.627176511164, -0.06382539693, -0.849558373439],
      close,
    );
    expect(gradient.diagonal).toBeAllClose([-0.109797797604, -0.133847669218, -0.213389890558], close);
  });

  test('a full grid has the likelihood computed from eigenvectors of the Kronecker product', () => {
    const xs = [0, 0.3, 0.7, 1];
    const values = [
      [0.1, 0.2, 0.3],
      [0.4, 0.5, 0.45],
      [0.6, 0.62, 0.7],
      [0.5, 0.55, 0.52],
    ];
    const grid = xs.flatMap((x, i) => values[i].map((value, task) => ({ input: [x], task, value })));
    const kronecker = condition({ ...multiTask, lengthscales: [0.35], outputScale: 1, mean: [0] }, grid);
    expect(logLikelihood(kronecker)).toBeCloseTo(-5.03360899769723, 10);
    expect(kronecker.weights.subarray(0, 3)).toBeAllClose([-0.48086615, -0.12898764, 0.56485965], {
      rtol: 0,
      atol: 1e-8,
    });
  });

  test('observing one more equals conditioning on all', () => {
    const grown = observe(condition(multiTask, multiTaskData.slice(0, -1)), multiTaskData[5]);
    expect(grown.weights).toBeAllClose(posterior.weights, { rtol: 1e-11, atol: 1e-11 });
  });

  test('refuses points that do not match the model', () => {
    expect(() => predict(posterior, [{ input: [0] }])).toThrow('2 length scales');
    expect(() => predict(posterior, [{ input: [0, 0], task: 3 }])).toThrow('task 3');
    expect(() => predict(posterior, [{ input: [0, Number.NaN] }])).toThrow('(0, NaN)');
    expect(() => observe(posterior, { input: [0, 0], value: Number.NaN })).toThrow('Observation 6 has value NaN');
  });
});

test('the gradient equals finite differences, for both kernels, with one mean and noise or one per task', () => {
  law(
    [fc.constantFrom('rbf', 'matern52'), fc.boolean(), fc.nat()],
    (kernel, perTask, seed) => {
      const rng = createRng(seed);
      const data = Array.from({ length: 9 }, (_, i) => ({
        input: [rng.uniform(), rng.uniform()],
        task: i % 3,
        value: rng.normal(),
      }));
      const noise = perTask ? [0.05, 0.1, 0.2] : [0.1];
      const means = perTask ? [0.1, -0.3, 0.4] : [0.1];
      const at = (p: readonly number[]): GpModel => ({
        kernel,
        lengthscales: [p[0], p[1]].map(Math.exp),
        outputScale: Math.exp(p[2]),
        tasks: { factors: [[p[3]], [p[4]], [p[5]]], diagonal: p.slice(6, 9).map(Math.exp) },
        mean: p.slice(9, 9 + means.length),
        noise: p.slice(9 + means.length).map(Math.exp),
      });
      const p = [Math.log(0.3), Math.log(0.6), 0.2, 0.9, -0.4, 0.7, -2, -1, -3, ...means, ...noise.map(Math.log)];
      const g = likelihoodGradient(condition(at(p), data));
      const analytic = [...g.lengthscales, g.outputScale, ...g.factors.flat(), ...g.diagonal, ...g.mean, ...g.noise];
      const h = 1e-5;
      const numeric = p.map((_, k) => {
        const [up, down] = [h, -h].map((e) =>
          logLikelihood(condition(at(p.map((v, i) => (i === k ? v + e : v))), data)),
        );
        return (up - down) / (2 * h);
      });
      expect(analytic).toBeAllClose(numeric, { rtol: 1e-6, atol: 1e-6 });
    },
    20,
  );
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { logNormalCdf, normalCdf, normalDensity } from '../math/normal';
import { createRng } from '../math/rng';
import { condition, covariances, observe, predict } from './gp';
import { multiTask, multiTaskData, targetInputs, targets } from './gp.testing';
import {
  gumbelOfMaximum,
  maximumInformation,
  maximumInformationBound,
  maximumInformationGains,
  sampleMaxima,
} from './maxValue';

const close = { rtol: 0, atol: 1e-9 };

describe('the maximum', () => {
  // Origin: scipy.optimize.brentq on the product of scipy.stats.norm.cdf; the Gumbel fit as in BoTorch.
  test('is fitted by a Gumbel distribution through its quartiles', () => {
    const { location, scale } = gumbelOfMaximum([0, 0.5, 1], [1, 0.8, 0.3]);
    expect([location, scale]).toBeAllClose([1.054764522413, 0.310235162287], close);
    const at = (share: number) => location - scale * Math.log(-Math.log(share));
    expect([at(0.5)]).toBeAllClose([1.168469717816], close);
    expect(at(0.75) - at(0.25)).toBeCloseTo(1.431421581289 - 0.943566369753, 9);
    expect(() => gumbelOfMaximum([], [])).toThrow('at least one candidate');
    const sharp = gumbelOfMaximum([1e6, 1e6], [1e-9, 1e-9]);
    expect(sharp.location).toBeCloseTo(1e6, 6);
  });

  test('has the right quantiles for many values and for values far apart', () => {
    law(
      [fc.integer({ min: 1, max: 400 }), fc.nat()],
      (count, seed) => {
        const rng = createRng(seed);
        const mean = Array.from({ length: count }, () => 3 * rng.normal());
        const deviation = Array.from({ length: count }, () => Math.exp(2 * rng.normal()));
        const { location, scale } = gumbelOfMaximum(mean, deviation);
        const median = location - scale * Math.log(Math.LN2);
        const log = mean.reduce((sum, m, i) => sum + logNormalCdf((median - m) / deviation[i]), 0);
        expect(Math.exp(log)).toBeCloseTo(0.5, 6);
      },
      40,
    );
  });

  test('is sampled from that distribution', () => {
    const posterior = condition(multiTask, multiTaskData);
    const points = targets(2);
    const draws = sampleMaxima(posterior, points, 4000, createRng(1)).sort((a, b) => a - b);
    const { mean, variance } = predict(posterior, points);
    const { location, scale } = gumbelOfMaximum(mean, variance.map(Math.sqrt));
    for (const share of [0.1, 0.5, 0.9])
      expect(Math.abs(draws[4000 * share] - location + scale * Math.log(-Math.log(share)))).toBeLessThan(0.1 * scale);
  });
});

describe('information about the maximum', () => {
  const maxima = [1, 2, 3];

  // Origin: scipy.integrate.quad over the density, and the closed forms in numpy, for mean 0 and deviation 1.
  test.each([
    [0.5, 0.0216167905, 0.0215474542],
    [0.8, 0.0611089956, 0.05908579],
    [0.95, 0.0988576266, 0.0878335052],
    [1, 0.134274035, 0.0994141331],
  ])('of correlation %d', (correlation, exact, bound) => {
    const belief = { mean: 0, deviation: 1, correlation };
    expect([maximumInformation(belief, maxima)]).toBeAllClose([exact], { rtol: 0, atol: 1e-10 });
    expect([maximumInformationBound(belief, maxima)]).toBeAllClose([bound], { rtol: 0, atol: 1e-10 });
  });

  test('from the target itself equals max-value entropy search', () => {
    const of = (mean: number, deviation: number) => maximumInformation({ mean, deviation, correlation: 1 }, maxima);
    expect([of(0, 1), of(0.5, 0.5)]).toBeAllClose([0.13427403501, 0.108188445491], close);
  });

  test('equals the numerical loss of entropy, and is never below the bound', () => {
    law(
      [fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -0.999, max: 0.999, noNaN: true })],
      (g, correlation) => {
        const s = Math.sqrt(1 - correlation ** 2);
        const h = 2e-3;
        let entropy = 0;
        for (let z = -12; z < 12; z += h) {
          const density = (normalDensity(z) * normalCdf((g - correlation * z) / s)) / normalCdf(g);
          if (density > 0) entropy -= h * density * Math.log(density);
        }
        const expected = Math.log(2 * Math.PI * Math.E) / 2 - entropy;
        const belief = { mean: 1, deviation: 2, correlation };
        const information = maximumInformation(belief, [1 + 2 * g]);
        expect([information]).toBeAllClose([expected], { rtol: 0, atol: 1e-6 });
        expect(maximumInformationBound(belief, [1 + 2 * g])).toBeLessThanOrEqual(information + 1e-12);
      },
      25,
    );
  });

  test('needs at least one draw of the maximum', () => {
    expect(() => maximumInformation({ mean: 0, deviation: 1, correlation: 1 }, [])).toThrow('at least one');
  });

  test('stays finite far below and above the mean, and near correlations of 0 and 1', () => {
    for (const g of [-1e6, -30, -8, 0, 8, 30])
      for (const correlation of [0, 1e-9, 0.7, 1 - 1e-9, 1]) {
        const information = maximumInformation({ mean: 0, deviation: 1, correlation }, [g]);
        const bound = maximumInformationBound({ mean: 0, deviation: 1, correlation }, [g]);
        expect(Number.isFinite(information) && Number.isFinite(bound)).toBe(true);
        expect(information).toBeGreaterThanOrEqual(0);
        expect(bound).toBeGreaterThanOrEqual(0);
      }
  });

  test('for all tasks and inputs follows from variances and covariances, and vanishes with observations', () => {
    const posterior = condition(multiTask, multiTaskData);
    const gains = maximumInformationGains(posterior, targetInputs, [0, 1, 2], 2, maxima);
    const { mean, variance } = predict(posterior, targets(2));
    for (const task of [0, 1, 2])
      for (const [i, point] of targets(task).entries()) {
        const [[shared]] = covariances(posterior, [point], [targets(2)[i]]);
        const observed = predict(posterior, [point]).variance[0] + 0.05;
        const belief = {
          mean: mean[i],
          deviation: Math.sqrt(variance[i]),
          correlation: shared / Math.sqrt(observed * variance[i]),
        };
        expect(gains[task][i]).toBeCloseTo(maximumInformationBound(belief, maxima), 12);
        expect(gains[2][i]).toBeGreaterThanOrEqual(gains[task][i]);
      }
    let repeated = posterior;
    for (let i = 0; i < 30; i++) repeated = observe(repeated, { input: [0, 1], task: 2, value: 0.6 });
    const [after] = maximumInformationGains(repeated, targetInputs, [2], 2, maxima);
    expect(after[1]).toBeLessThan(gains[2][1] / 5);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from './law.testing';
import { logExpectedExcess, logNormalCdf, meanBelow, normalCdf, normalDensity } from './normal';

describe('the normal distribution', () => {
  // Origin: mpmath with 60 digits: x, ln Phi(x), ln(phi(x) + x Phi(x)).
  test.each([
    [-1e6, -500000000014.73444, -500000000028.55],
    [-1e4, -50000010.12927891, -50000019.33961931],
    [-50, -1254.8313611394199, -1258.744182868461],
    [-10, -53.23128515051247, -55.55312203612235],
    [-5, -15.064998393988725, -16.74430116266099],
    [-3, -6.607726221510349, -7.869686059603029],
    [-2.5, -5.08164827727869, -6.212541645443513],
    [-2, -3.783184333682032, -4.768783523917114],
    [-1, -1.8410216450092636, -2.4851210257126413],
    [0, -Math.LN2, -0.9189385332046728],
    [1, -0.17275377902344988, 0.08002621884930694],
    [3, -0.0013508099647481938, 1.0987396653277077],
    [8, -6.220960574271786e-16, 2.0794415416798357],
  ])('at %d equals 60 digits of mpmath', (x, cdf, excess) => {
    const tolerance = { rtol: 1e-12, atol: 0 };
    expect([logNormalCdf(x)]).toBeAllClose([cdf], tolerance);
    expect([logExpectedExcess(x)]).toBeAllClose([excess], tolerance);
    expect([normalCdf(x)]).toBeAllClose([Math.exp(cdf)], { rtol: 2e-13 * Math.max(1, Math.abs(cdf)), atol: 0 });
  });

  // Origin: mpmath with 40 digits.
  test.each([
    [-1e6, 9.99999999998e-7],
    [-100, 0.009998000999260705],
    [-8, 0.12136811223611269],
    [-2.5, 0.3227447976639072],
    [-1, 0.5251352761609812],
    [0, 0.7978845608028654],
    [3, 3.004437839042126],
  ])('below %d has the mean of mpmath', (x, expected) => {
    expect([meanBelow(x)]).toBeAllClose([expected], { rtol: 1e-12, atol: 0 });
  });

  test('sums to 1 with its mirror image', () => {
    law([fc.double({ min: -40, max: 40, noNaN: true })], (x) => {
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
    });
  });

  test('has its density as derivative, also where the series meets the fraction', () => {
    law([fc.double({ min: -6, max: 6, noNaN: true })], (x) => {
      const h = 1e-4;
      expect([(normalCdf(x + h) - normalCdf(x - h)) / (2 * h)]).toBeAllClose([normalDensity(x)], {
        rtol: 0,
        atol: 1e-8,
      });
    });
  });

  test('is NaN for NaN', () => {
    for (const f of [normalCdf, logNormalCdf, logExpectedExcess, meanBelow]) expect(f(Number.NaN)).toBeNaN();
  });
});

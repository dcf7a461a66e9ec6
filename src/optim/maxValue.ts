// How much an observation, of the target task or a cheaper one, tells about the target's maximum: max-value entropy search.
// Unlike information about the target everywhere (acquisition.ts) it is about the best alone, and linear in the candidates.
// References: Z. Wang and S. Jegelka, "Max-value entropy search for efficient Bayesian optimization", 2017; S. Takeno et al.,
// "Multi-fidelity Bayesian optimization with max-value entropy search", 2020; H. Moss et al., "GIBBON", 2021.
import { dot } from '../math/cholesky';
import { logNormalCdf, logNormalDensity, meanBelow } from '../math/normal';
import type { Rng } from '../math/rng';
import { explained, noiseOf, type Point, type Posterior, predict, priorCovariance } from './gp';

/** A Gumbel distribution, P(maximum <= y) = exp(-exp(-(y - location) / scale)). */
export interface Gumbel {
  readonly location: number;
  readonly scale: number;
}

/**
 * The Gumbel distribution that shares its quartiles with the maximum of independent normal values, as many as `mean` has.
 * @throws RangeError for no values.
 */
export function gumbelOfMaximum(mean: ArrayLike<number>, deviation: ArrayLike<number>): Gumbel {
  if (mean.length === 0) throw new RangeError('No values have no maximum: give at least one candidate.');
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(mean, deviation, Math.log(share)));
  const scale = (high - low) / (Math.log(Math.log(4)) - Math.log(Math.log(4 / 3)));
  return { location: middle + scale * Math.log(Math.LN2), scale };
}

/** Deviations above a value's mean beyond which it is below for certain, in float64. */
const CERTAIN = 9;

/**
 * Where ln P(all values <= y) = `logShare`, a share from 1/4 up. The logarithm is concave, so that Newton's steps from the
 * left stay left of it.
 */
function quantile(mean: ArrayLike<number>, deviation: ArrayLike<number>, logShare: number): number {
  // One value alone is above this in more than 3 of 4 cases.
  let y = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < mean.length; i++) y = Math.max(y, mean[i] - deviation[i]);
  for (;;) {
    let log = 0;
    let slope = 0;
    for (let i = 0; i < mean.length; i++) {
      const z = (y - mean[i]) / deviation[i];
      if (z >= CERTAIN) continue;
      const below = logNormalCdf(z);
      log += below;
      slope += Math.exp(logNormalDensity(z) - below) / deviation[i];
    }
    const next = y + (logShare - log) / slope;
    // What is left is rounding, of the sum or of y.
    if (!(logShare - log > 1e-12 && next > y)) return next;
    y = next;
  }
}

/** Draws of the maximum of f over points, as if it were independent there. */
export function sampleMaxima(posterior: Posterior, points: readonly Point[], count: number, rng: Rng): number[] {
  const { mean, variance } = predict(posterior, points);
  const { location, scale } = gumbelOfMaximum(mean, variance.map(Math.sqrt));
  return Array.from({ length: count }, () => location - scale * Math.log(-Math.log(rng.uniform() + 2 ** -33)));
}

/** What is believed of one candidate. */
export interface Belief {
  /** Mean and deviation of the target, noise left out. */
  readonly mean: number;
  readonly deviation: number;
  /** Correlation of what is observed, noise included, with the target; 1 is the target itself without noise. */
  readonly correlation: number;
}

function average(maxima: readonly number[], of: (maximum: number) => number): number {
  if (maxima.length === 0) throw new RangeError('There is no draw of the maximum: give at least one.');
  return maxima.reduce((sum, maximum) => sum + of(maximum), 0) / maxima.length;
}

/** Step of the integral; its integrand is smooth on a scale of 1, where the trapezoidal rule is exact to rounding. */
const STEP = 0.5;

/**
 * Nats that the observation tells about the target's maximum, averaged over draws of it: the entropy of the observation less
 * the one it has when the target is known to stay below the maximum. An integral each; `maximumInformationBound` is quicker.
 */
export function maximumInformation({ mean, deviation, correlation }: Belief, maxima: readonly number[]): number {
  // The observation z, standardized, has the density phi(z) Phi(w) / Phi(g), w = (g - r z) / s. The part of its entropy that
  // phi adds is known; E[ln Phi(w)] is integrated over the wider of z and w.
  const r = Math.abs(correlation);
  const s = Math.sqrt(Math.max(0, 1 - r * r));
  return average(maxima, (maximum) => {
    const g = (maximum - mean) / deviation;
    const known = (r * r * g * (meanBelow(g) - g)) / 2 - logNormalCdf(g);
    let sum = 0;
    const from = Math.min(0, g * Math.min(r, s)) - 10;
    for (let x = from; x < 10; x += STEP) {
      const z = s < r ? (g - s * x) / r : x;
      const logBelow = logNormalCdf(s < r ? x : (g - r * x) / s);
      sum += Math.exp(logNormalDensity(z) + logBelow - logNormalCdf(g)) * logBelow;
    }
    return Math.max(0, known + (s < r ? s / r : 1) * STEP * sum);
  });
}

/** What knowing the maximum takes from the target's variance, of 1: nearly all where the maximum is far below the mean. */
function varianceTaken({ mean, deviation }: Omit<Belief, 'correlation'>, maximum: number): number {
  const g = (maximum - mean) / deviation;
  const below = meanBelow(g);
  return below * (below - g);
}

const lostEntropy = (correlation: number, taken: number): number =>
  -Math.log1p(-Math.min(1 - 1e-12, correlation ** 2 * taken)) / 2;

/** GIBBON: a lower bound of `maximumInformation` in closed form, from the variance that is left below the maximum. */
export const maximumInformationBound = (belief: Belief, maxima: readonly number[]): number =>
  average(maxima, (maximum) => lostEntropy(belief.correlation, varianceTaken(belief, maximum)));

/**
 * `maximumInformationBound` of one noisy observation of each task at each input, one array per task of `tasks` (of which the
 * target may be one). Divide by the tasks' costs to choose. `maxima`: `sampleMaxima` over the target's inputs.
 */
export function maximumInformationGains(
  posterior: Posterior,
  inputs: readonly (readonly number[])[],
  tasks: readonly number[],
  target: number,
  maxima: readonly number[],
): Float64Array[] {
  const covariance = priorCovariance(posterior.model);
  const of = (task: number) => inputs.map((input) => ({ input, task }));
  const points = of(target);
  const { mean, variance } = predict(posterior, points);
  const own = explained(posterior, points);
  const taken = inputs.map((_, i) =>
    maxima.map((maximum) => varianceTaken({ mean: mean[i], deviation: Math.sqrt(variance[i]) }, maximum)),
  );
  return tasks.map((task) => {
    const others = of(task);
    const noise = noiseOf(posterior.model, task);
    return Float64Array.from(explained(posterior, others), (known, i) => {
      const shared = covariance(others[i], points[i]) - dot(known, own[i]);
      const observed = covariance(others[i], others[i]) - dot(known, known) + noise;
      const correlation = shared / Math.sqrt(observed * variance[i]);
      // Rounding must not make it more than 1, where next to nothing is left to know.
      const clamped = correlation > -1 && correlation < 1 ? correlation : 1;
      return average(taken[i], (part) => lostEntropy(clamped, part));
    });
  });
}

// Max-value entropy search: the information that an observation of the target task, or a cheaper one, gives about the
// target's maximum. Unlike information about the target everywhere (acquisition.ts), it concerns only the best value, and its
// cost is linear in the candidates.
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
 * The Gumbel distribution with the same quartiles as the maximum of `mean.length` independent normal values.
 * @throws RangeError for no values.
 */
export function gumbelOfMaximum(mean: ArrayLike<number>, deviation: ArrayLike<number>): Gumbel {
  if (mean.length === 0) throw new RangeError('There is no maximum without values: give at least one candidate.');
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(mean, deviation, Math.log(share)));
  const scale = (high - low) / (Math.log(Math.log(4)) - Math.log(Math.log(4 / 3)));
  return { location: middle + scale * Math.log(Math.LN2), scale };
}

/** Number of deviations above its mean that a value never exceeds in float64. */
const CERTAIN = 9;

/**
 * Solves ln P(all values <= y) = `logShare`, for shares from 1/4 up. The logarithm is concave, so that Newton's method from
 * the left stays on the left.
 */
function quantile(mean: ArrayLike<number>, deviation: ArrayLike<number>, logShare: number): number {
  // A single value exceeds this with probability above 3/4.
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
    // Only rounding of the sum or of y is left.
    if (!(logShare - log > 1e-12 && next > y)) return next;
    y = next;
  }
}

/** Draws of the maximum of f over points, treating its values as independent. */
export function sampleMaxima(posterior: Posterior, points: readonly Point[], count: number, rng: Rng): number[] {
  const { mean, variance } = predict(posterior, points);
  const { location, scale } = gumbelOfMaximum(mean, variance.map(Math.sqrt));
  return Array.from({ length: count }, () => location - scale * Math.log(-Math.log(rng.uniform() + 2 ** -33)));
}

/** Posterior belief about one candidate. */
export interface Belief {
  /** Mean and deviation of the target, without noise. */
  readonly mean: number;
  readonly deviation: number;
  /** Correlation of the noisy observation with the target; 1 is the target itself without noise. */
  readonly correlation: number;
}

function average(maxima: readonly number[], of: (maximum: number) => number): number {
  if (maxima.length === 0) throw new RangeError('There is no draw of the maximum: give at least one.');
  return maxima.reduce((sum, maximum) => sum + of(maximum), 0) / maxima.length;
}

/** Integration step: the integrand is smooth on a scale of 1, so that the trapezoidal rule is exact up to rounding. */
const STEP = 0.5;

/**
 * Information in nats that the observation gives about the target's maximum, averaged over draws of it: the entropy of the
 * observation minus its entropy when the target is known to stay below the maximum. Takes an integral per draw;
 * `maximumInformationBound` is faster.
 */
export function maximumInformation({ mean, deviation, correlation }: Belief, maxima: readonly number[]): number {
  // The standardized observation z has the density phi(z) Phi(w) / Phi(g), w = (g - r z) / s. The contribution of phi to its
  // entropy has a closed form; E[ln Phi(w)] is integrated over the wider of z and w.
  const r = Math.abs(correlation);
  const s = Math.sqrt(Math.max(0, 1 - r * r));
  return average(maxima, (maximum) => {
    const g = (maximum - mean) / deviation;
    const closedForm = (r * r * g * (meanBelow(g) - g)) / 2 - logNormalCdf(g);
    let sum = 0;
    const from = Math.min(0, g * Math.min(r, s)) - 10;
    for (let x = from; x < 10; x += STEP) {
      const z = s < r ? (g - s * x) / r : x;
      const logBelow = logNormalCdf(s < r ? x : (g - r * x) / s);
      sum += Math.exp(logNormalDensity(z) + logBelow - logNormalCdf(g)) * logBelow;
    }
    return Math.max(0, closedForm + (s < r ? s / r : 1) * STEP * sum);
  });
}

/** Share of the target's variance removed by knowing the maximum: nearly 1 if the maximum is far below the mean. */
function varianceTaken({ mean, deviation }: Omit<Belief, 'correlation'>, maximum: number): number {
  const g = (maximum - mean) / deviation;
  const below = meanBelow(g);
  return below * (below - g);
}

const lostEntropy = (correlation: number, taken: number): number =>
  -Math.log1p(-Math.min(1 - 1e-12, correlation ** 2 * taken)) / 2;

/** GIBBON: a closed-form lower bound of `maximumInformation`, from the variance that remains below the maximum. */
export const maximumInformationBound = (belief: Belief, maxima: readonly number[]): number =>
  average(maxima, (maximum) => lostEntropy(belief.correlation, varianceTaken(belief, maximum)));

/**
 * `maximumInformationBound` of one noisy observation of each task at each input, one array per task of `tasks`, which may
 * include the target. Divide by the tasks' costs to choose. `maxima` are `sampleMaxima` over the target's inputs.
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
  const targetVectors = explained(posterior, points);
  const taken = inputs.map((_, i) =>
    maxima.map((maximum) => varianceTaken({ mean: mean[i], deviation: Math.sqrt(variance[i]) }, maximum)),
  );
  return tasks.map((task) => {
    const others = of(task);
    const noise = noiseOf(posterior.model, task);
    return Float64Array.from(explained(posterior, others), (vector, i) => {
      const shared = covariance(others[i], points[i]) - dot(vector, targetVectors[i]);
      const observed = covariance(others[i], others[i]) - dot(vector, vector) + noise;
      const correlation = shared / Math.sqrt(observed * variance[i]);
      // Rounding can push it above 1 when almost no uncertainty is left.
      const clamped = correlation > -1 && correlation < 1 ? correlation : 1;
      return average(taken[i], (part) => lostEntropy(clamped, part));
    });
  });
}

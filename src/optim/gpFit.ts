// Fits the most probable model of a Gaussian process: likelihood times priors (gpPriors.ts), maximized by L-BFGS from
// several starts.
import { minimize } from '../math/lbfgs';
import type { Rng } from '../math/rng';
import type { GpModel, Observation } from './gp';
import { type GpForm, GpParameters } from './gpPriors';

export interface FitOptions extends GpForm {
  /** Number of starts drawn from the priors, besides the first at their medians; default 4. */
  readonly restarts?: number;
  /** Start instead of the medians: the model before the newest observations. Must have the same form. */
  readonly previous?: GpModel;
}

export interface GpFit {
  readonly model: GpModel;
  /** ln p(values | model) + ln p(model), up to a constant. */
  readonly logPosterior: number;
}

/** Gradient tolerance of a fit: the score is then within about 1e-7 of its maximum. Anything smaller is lost in rounding. */
const TOLERANCE = 1e-4;

/**
 * The most probable model of observations with inputs in [0, 1] and standardized values (`standardize`).
 * Deterministic for equal seeds.
 * @throws RangeError for no observations, inputs of different lengths or tasks outside [0, tasks).
 */
export function fitGp(observations: readonly Observation[], rng: Rng, options: FitOptions = {}): GpFit {
  if (observations.length === 0)
    throw new RangeError('A Gaussian process needs at least one observation to be fitted.');
  const { restarts = 4, previous } = options;
  const parameters = new GpParameters(observations[0].input.length, options);
  const evaluate = (theta: readonly number[]) => {
    const score = parameters.score(theta, observations);
    if (score === undefined) return { value: Number.POSITIVE_INFINITY, gradient: theta.map(() => Number.NaN) };
    return { value: -score.value, gradient: score.gradient.map((slope) => -slope) };
  };
  const middle = parameters.middle(rng);
  const first = previous ? parameters.thetaOf(previous) : middle;
  const ends = [first, ...Array.from({ length: restarts }, () => parameters.drawn(rng))].map((start) =>
    minimize(evaluate, start, { tolerance: TOLERANCE }),
  );
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  return { model: parameters.modelAt(best.point), logPosterior: -best.value };
}

/** Values minus their mean, divided by their standard deviation. To invert: value = center + scale standardized. */
export interface Standardized {
  readonly observations: readonly Observation[];
  readonly center: number;
  /** Standard deviation (with n - 1), or 1 if all values are equal. */
  readonly scale: number;
}

/** Standardizes the values of all tasks together, which preserves differences between tasks. */
export function standardize(observations: readonly Observation[]): Standardized {
  const n = observations.length;
  const center = n === 0 ? 0 : observations.reduce((sum, { value }) => sum + value, 0) / n;
  const variance = observations.reduce((sum, { value }) => sum + (value - center) ** 2, 0) / Math.max(1, n - 1);
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  return {
    observations: observations.map((point) => ({ ...point, value: (point.value - center) / scale })),
    center,
    scale,
  };
}

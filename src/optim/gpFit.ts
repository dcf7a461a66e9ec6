// The most probable model of a Gaussian process: likelihood times priors (gpPriors.ts), maximized by L-BFGS from several
// starts.
import { minimize } from '../math/lbfgs';
import type { Rng } from '../math/rng';
import type { GpModel, Observation } from './gp';
import { type GpForm, GpParameters } from './gpPriors';

export interface FitOptions extends GpForm {
  /** Starts drawn from the priors beside the first, which is at their medians; 4 unless told. */
  readonly restarts?: number;
  /** Where to start instead of the medians: the model before the newest observations. Must be of the same form. */
  readonly previous?: GpModel;
}

export interface GpFit {
  readonly model: GpModel;
  /** ln p(values | model) + ln p(model), up to a constant. */
  readonly logPosterior: number;
}

/** Gradient entry at which a fit stops: the score is then within about 1e-7 of its maximum. Less drowns in rounding. */
const TOLERANCE = 1e-4;

/**
 * The most probable model of observations whose inputs lie in [0, 1] and whose values are standardized (`standardize`).
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

/** Values less their mean, in units of their standard deviation, and how to go back: value = center + scale standardized. */
export interface Standardized {
  readonly observations: readonly Observation[];
  readonly center: number;
  /** Standard deviation (of n - 1), or 1 where all values are equal. */
  readonly scale: number;
}

/** Standardizes the values of all tasks together, so that tasks keep their differences. */
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

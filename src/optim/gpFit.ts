// The most probable model of a Gaussian process: likelihood times priors, maximized by L-BFGS from several starts.
// Priors are those of BoTorch's defaults for inputs in [0, 1] and standardized values (C. Hvarfner, E. O. Hellsten,
// L. Nardi, "Vanilla Bayesian optimization performs great in high dimensions", 2024): ln l ~ N(sqrt 2 + ln(d) / 2, 3),
// ln noise ~ N(-4, 1), entries of B ~ N(0, 1). Ours: ln outputScale and ln v ~ N(0, 1) and N(-2, 1), means ~ N(0, 1).
import { minimize } from '../math/lbfgs';
import type { Rng } from '../math/rng';
import { condition, type GpModel, likelihoodGradient, logLikelihood, type Observation } from './gp';
import type { KernelName } from './kernels';

export interface FitOptions {
  readonly kernel?: KernelName;
  /** Tasks of the model; 1 unless told. Tasks without observations are known by their priors alone. */
  readonly tasks?: number;
  /** Columns of B; as many as tasks unless told. 1 makes tasks scaled copies of each other, plus what `diagonal` adds. */
  readonly rank?: number;
  /** A noise variance for each task instead of one; off unless told. */
  readonly noisePerTask?: boolean;
  /** A mean for each task instead of one; off unless told. */
  readonly meanPerTask?: boolean;
  /** Keeps the mean at this value; fitted unless told. */
  readonly mean?: number;
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

/** Least length scale and noise variance (BoTorch's). */
const LEAST_LENGTHSCALE = 0.025;
const LEAST_NOISE = 1e-4;

/** Gradient entry at which a fit stops: the score is then within about 1e-7 of its maximum. Less drowns in rounding. */
const TOLERANCE = 1e-4;

/** One free number of the model: positive numbers x are `least` + exp(free), others are free themselves. */
interface Free {
  readonly group: 'lengthscales' | 'outputScale' | 'noise' | 'mean' | 'factors' | 'diagonal';
  /** Normal prior of ln x (with the density of x), or of x itself for mean and factors. */
  readonly center: number;
  readonly deviation: number;
  readonly positive: boolean;
  readonly least: number;
}

function freeNumbers(dimensions: number, tasks: number, rank: number, options: FitOptions): Free[] {
  const several = (count: number, free: Free) => Array.from({ length: count }, () => free);
  const positive = (group: Free['group'], center: number, deviation: number, least = 0): Free => ({
    ...{ group, center, deviation, least },
    positive: true,
  });
  const real = (group: Free['group']): Free => ({ group, center: 0, deviation: 1, positive: false, least: 0 });
  const noises = options.noisePerTask ? tasks : 1;
  const means = options.meanPerTask ? tasks : 1;
  return [
    ...several(
      dimensions,
      positive('lengthscales', Math.SQRT2 + Math.log(dimensions) / 2, Math.sqrt(3), LEAST_LENGTHSCALE),
    ),
    ...several(noises, positive('noise', -4, 1, LEAST_NOISE)),
    ...several(options.mean === undefined ? means : 0, real('mean')),
    // The covariance of tasks has a scale of its own: only one of the two is free.
    ...several(tasks === 1 ? 1 : 0, positive('outputScale', 0, 1)),
    ...several(tasks === 1 ? 0 : tasks * rank, real('factors')),
    ...several(tasks === 1 ? 0 : tasks, positive('diagonal', -2, 1)),
  ];
}

/** Numbers of a model, or derivatives by them, in the order of the free ones. */
type Groups = Readonly<Record<Free['group'], readonly number[]>>;
function flatten(frees: readonly Free[], groups: Groups): number[] {
  const taken = new Map<Free['group'], number>();
  return frees.map(({ group }) => {
    const at = taken.get(group) ?? 0;
    taken.set(group, at + 1);
    return groups[group][at];
  });
}

const groupsOf = ({ lengthscales, noise, mean, outputScale, tasks }: GpModel): Groups => ({
  ...{ lengthscales, noise, mean, outputScale: [outputScale] },
  factors: tasks?.factors.flat() ?? [],
  diagonal: tasks?.diagonal ?? [],
});

function toModel(frees: readonly Free[], numbers: readonly number[], rank: number, options: FitOptions): GpModel {
  const of = (group: Free['group']) => numbers.filter((_, i) => frees[i].group === group);
  const [factors, diagonal] = [of('factors'), of('diagonal')];
  return {
    kernel: options.kernel ?? 'matern52',
    lengthscales: of('lengthscales'),
    outputScale: of('outputScale')[0] ?? 1,
    mean: options.mean === undefined ? of('mean') : [options.mean],
    noise: of('noise'),
    ...(diagonal.length > 0 && {
      tasks: { factors: diagonal.map((_, t) => factors.slice(t * rank, (t + 1) * rank)), diagonal },
    }),
  };
}

/** ln prior of one number, and its derivative by ln x (positive) or x. */
function prior({ center, deviation, positive }: Free, x: number): { value: number; slope: number } {
  const z = ((positive ? Math.log(x) : x) - center) / deviation;
  // The density of x, not of ln x: its mode is where BoTorch's is.
  return { value: -(z * z) / 2 - (positive ? Math.log(x) : 0), slope: -z / deviation - (positive ? 1 : 0) };
}

/**
 * The most probable model of observations whose inputs lie in [0, 1] and whose values are standardized (`standardize`).
 * Deterministic for equal seeds.
 * @throws RangeError for no observations, inputs of different lengths or tasks outside [0, tasks).
 */
export function fitGp(observations: readonly Observation[], rng: Rng, options: FitOptions = {}): GpFit {
  if (observations.length === 0)
    throw new RangeError('A Gaussian process needs at least one observation to be fitted.');
  const { tasks = 1, restarts = 4, previous } = options;
  const rank = options.rank ?? tasks;
  const frees = freeNumbers(observations[0].input.length, tasks, rank, options);
  const numbersAt = (theta: readonly number[]) =>
    theta.map((t, i) => (frees[i].positive ? frees[i].least + Math.exp(t) : t));
  const evaluate = (theta: readonly number[]) => {
    const numbers = numbersAt(theta);
    const outside = { value: Number.POSITIVE_INFINITY, gradient: theta.map(() => Number.NaN) };
    // Beyond these the covariance is 0 or infinite in float64.
    if (numbers.some((x, i) => !(Math.abs(x) < 1e9) || (frees[i].positive && x < 1e-12))) return outside;
    const posterior = condition(toModel(frees, numbers, rank, options), observations);
    const g = likelihoodGradient(posterior);
    const slopes = flatten(frees, { ...g, outputScale: [g.outputScale], factors: g.factors.flat() });
    const priors = frees.map((free, i) => prior(free, numbers[i]));
    return {
      value: -priors.reduce((sum, { value }) => sum + value, logLikelihood(posterior)),
      // d ln x = (x - least) / x dtheta.
      gradient: slopes.map(
        (slope, i) => -(slope + priors[i].slope) * (frees[i].positive ? (numbers[i] - frees[i].least) / numbers[i] : 1),
      ),
    };
  };
  const drawn = () => frees.map(({ center, deviation }) => center + deviation * rng.normal());
  // B = 0 is a saddle: there tasks are unrelated, and no entry of B knows its sign.
  const medians = frees.map(({ group, center }) => (group === 'factors' ? Math.abs(rng.normal()) : center));
  const first = previous
    ? flatten(frees, groupsOf(previous)).map((x, i) =>
        frees[i].positive ? Math.log(Math.max(1e-6, x - frees[i].least)) : x,
      )
    : medians;
  const ends = [first, ...Array.from({ length: restarts }, drawn)].map((start) =>
    minimize(evaluate, start, { tolerance: TOLERANCE }),
  );
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  return { model: toModel(frees, numbersAt(best.point), rank, options), logPosterior: -best.value };
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

// Free parameters of a Gaussian process model and their priors: those of BoTorch's defaults for inputs in [0, 1] and
// standardized values (C. Hvarfner, E. O. Hellsten, L. Nardi, "Vanilla Bayesian optimization performs great in high
// dimensions", 2024): ln l ~ N(sqrt 2 + ln(d) / 2, 3), ln noise ~ N(-4, 1), entries of B ~ N(0, 1). Ours: ln outputScale and
// ln v ~ N(0, 1) and N(-2, 1), means ~ N(0, 1). gpFit.ts finds the most probable model, sampleGp.ts samples models.
import type { Rng } from '../math/rng';
import { condition, type GpModel, likelihoodGradient, logLikelihood, type Observation, type Posterior } from './gp';
import type { KernelName } from './kernels';

/** The form of a model. */
export interface GpForm {
  readonly kernel?: KernelName;
  /** Number of tasks; default 1. Tasks without observations follow their priors. */
  readonly tasks?: number;
  /** Columns of B; default the number of tasks. 1 makes tasks scaled copies of each other, up to what `diagonal` adds. */
  readonly rank?: number;
  /**
   * Makes entries of B positive, ln B ~ N(0, 1/4): what is good for one task is good for all. Default off; then a task with
   * few observations may be mistaken for the opposite of the others.
   */
  readonly agreeing?: boolean;
  /** One noise variance per task instead of a common one; default off. */
  readonly noisePerTask?: boolean;
  /** One mean per task instead of a common one; default off. */
  readonly meanPerTask?: boolean;
  /** Fixes the mean at this value; free if absent. */
  readonly mean?: number;
  /** The uniform priors of ActiveVisionLab/NUQ, for values in [0, 1] that are not standardized. */
  readonly uniform?: boolean;
}

/** Minimum length scale and noise variance (BoTorch's). */
const LEAST_LENGTHSCALE = 0.025;
const LEAST_NOISE = 1e-4;

/** One free parameter: positive numbers x are `least` + exp(parameter), others are the parameter itself. */
interface Free {
  readonly group: 'lengthscales' | 'outputScale' | 'noise' | 'mean' | 'factors' | 'diagonal';
  /** Normal prior on ln x (as a density of x), or on x itself for mean and factors. */
  readonly center: number;
  readonly deviation: number;
  readonly positive: boolean;
  readonly least: number;
  /** Uniform prior between these, in place of the normal one: x = low + (high - low) / (1 + exp(-parameter)). */
  readonly bounds?: readonly [low: number, high: number];
}

/** Uniform priors, as in the released code of M. Gennari do Nascimento et al. 2020 (MultitaskGP/model.py). */
const UNIFORM: Readonly<Record<Free['group'], readonly [number, number]>> = {
  lengthscales: [0.05, 0.5],
  outputScale: [1, 2],
  noise: [0.05, 0.3],
  mean: [0, 1],
  factors: [0, 1],
  diagonal: [0.05, 0.3],
};

function freeNumbers(dimensions: number, tasks: number, rank: number, form: GpForm): Free[] {
  const several = (count: number, free: Free) => Array.from({ length: count }, () => free);
  const positive = (group: Free['group'], center: number, deviation: number, least = 0): Free => ({
    ...{ group, center, deviation, least },
    positive: true,
  });
  const real = (group: Free['group']): Free => ({ group, center: 0, deviation: 1, positive: false, least: 0 });
  if (form.uniform) {
    const within = (group: Free['group'], count: number) =>
      several(count, {
        ...{ group, center: 0, deviation: Math.sqrt(3), least: 0 },
        positive: group !== 'mean',
        bounds: UNIFORM[group],
      });
    const ofTasks = tasks === 1 ? [] : [...within('factors', tasks * rank), ...within('diagonal', tasks)];
    return [
      ...within('lengthscales', dimensions),
      ...within('noise', 1),
      ...within('mean', 1),
      ...within('outputScale', 1),
      ...ofTasks,
    ];
  }
  const noises = form.noisePerTask ? tasks : 1;
  const means = form.meanPerTask ? tasks : 1;
  return [
    ...several(
      dimensions,
      positive('lengthscales', Math.SQRT2 + Math.log(dimensions) / 2, Math.sqrt(3), LEAST_LENGTHSCALE),
    ),
    ...several(noises, positive('noise', -4, 1, LEAST_NOISE)),
    ...several(form.mean === undefined ? means : 0, real('mean')),
    // The covariance of tasks already has a scale, so only one of the two is free.
    ...several(tasks === 1 ? 1 : 0, positive('outputScale', 0, 1)),
    ...several(tasks === 1 ? 0 : tasks * rank, form.agreeing ? positive('factors', 0, 0.5) : real('factors')),
    ...several(tasks === 1 ? 0 : tasks, positive('diagonal', -2, 1)),
  ];
}

/** Numbers of a model, or derivatives with respect to them, in the order of the free parameters. */
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

function toModel(frees: readonly Free[], numbers: readonly number[], rank: number, form: GpForm): GpModel {
  const of = (group: Free['group']) => numbers.filter((_, i) => frees[i].group === group);
  const [factors, diagonal] = [of('factors'), of('diagonal')];
  return {
    kernel: form.kernel ?? 'matern52',
    lengthscales: of('lengthscales'),
    outputScale: of('outputScale')[0] ?? 1,
    mean: form.mean === undefined ? of('mean') : [form.mean],
    noise: of('noise'),
    ...(diagonal.length > 0 && {
      tasks: { factors: diagonal.map((_, t) => factors.slice(t * rank, (t + 1) * rank)), diagonal },
    }),
  };
}

/** ln prior of one number, and its derivative with respect to ln x (if positive) or x. */
function prior({ center, deviation, positive, bounds }: Free, x: number): { value: number; slope: number } {
  if (bounds !== undefined) return { value: 0, slope: 0 };
  const z = ((positive ? Math.log(x) : x) - center) / deviation;
  // The density of x, not of ln x, so that the mode is the same as BoTorch's.
  return { value: -(z * z) / 2 - (positive ? Math.log(x) : 0), slope: -z / deviation - (positive ? 1 : 0) };
}

/** x of a parameter theta. */
function fromTheta({ positive, least, bounds }: Free, theta: number): number {
  if (bounds !== undefined) return bounds[0] + (bounds[1] - bounds[0]) / (1 + Math.exp(-theta));
  return positive ? least + Math.exp(theta) : theta;
}

/** dx / dtheta at x. */
function rateOf({ positive, least, bounds }: Free, x: number): number {
  if (bounds !== undefined) return ((x - bounds[0]) * (bounds[1] - x)) / (bounds[1] - bounds[0]);
  return positive ? x - least : 1;
}

function toTheta({ positive, least, bounds }: Free, x: number): number {
  if (bounds === undefined) return positive ? Math.log(Math.max(1e-6, x - least)) : x;
  const share = Math.min(1 - 1e-6, Math.max(1e-6, (x - bounds[0]) / (bounds[1] - bounds[0])));
  return Math.log(share / (1 - share));
}

/**
 * The free parameters of models of one form as points theta of an unbounded space: x = least + exp(theta) for positive
 * numbers, x = theta for means and for factors that may be negative, and a logistic curve between the bounds of uniform priors.
 */
export class GpParameters {
  private readonly frees: readonly Free[];
  private readonly rank: number;

  constructor(
    dimensions: number,
    private readonly form: GpForm,
  ) {
    const { tasks = 1 } = form;
    this.rank = form.rank ?? tasks;
    this.frees = freeNumbers(dimensions, tasks, this.rank, form);
  }

  modelAt(theta: readonly number[]): GpModel {
    return toModel(this.frees, this.numbersAt(theta), this.rank, this.form);
  }

  /** The point of a model of this form; numbers at their minimum or maximum are moved slightly inside. */
  thetaOf(model: GpModel): number[] {
    return flatten(this.frees, groupsOf(model)).map((x, i) => toTheta(this.frees[i], x));
  }

  /** The medians of the priors. B starts at random, because B = 0 is a saddle point, where tasks are unrelated. */
  middle(rng: Rng): number[] {
    return this.frees.map(({ group, center, positive }) =>
      group === 'factors' && !positive ? Math.abs(rng.normal()) : center,
    );
  }

  /** A random draw from the priors. */
  drawn(rng: Rng): number[] {
    return this.frees.map(({ center, deviation }) => center + deviation * rng.normal());
  }

  /** ln p(values | model) + ln p(model) and its gradient in theta; undefined where float64 overflows or underflows. */
  score(theta: readonly number[], observations: readonly Observation[]) {
    const posterior = this.conditioned(theta, observations);
    if (posterior === undefined) return undefined;
    const numbers = this.numbersAt(theta);
    const g = likelihoodGradient(posterior);
    const slopes = flatten(this.frees, { ...g, outputScale: [g.outputScale], factors: g.factors.flat() }).map(
      (slope, i) =>
        // The derivatives of all other positive numbers are with respect to their logarithm.
        this.frees[i].positive && this.frees[i].group === 'factors' ? slope * numbers[i] : slope,
    );
    const priors = this.frees.map((free, i) => prior(free, numbers[i]));
    return {
      value: priors.reduce((sum, { value }) => sum + value, logLikelihood(posterior)),
      // d ln x = (dx / dtheta) / x dtheta.
      gradient: slopes.map((slope, i) => {
        const { positive } = this.frees[i];
        return (slope + priors[i].slope) * (rateOf(this.frees[i], numbers[i]) / (positive ? numbers[i] : 1));
      }),
    };
  }

  /** ln density of theta given the observations, up to a constant; -Infinity where float64 overflows or underflows. */
  logDensity(theta: readonly number[], observations: readonly Observation[]): number {
    const posterior = this.conditioned(theta, observations);
    if (posterior === undefined) return Number.NEGATIVE_INFINITY;
    const numbers = this.numbersAt(theta);
    // Density of x times dx / dtheta.
    return this.frees.reduce(
      (sum, free, i) => sum + prior(free, numbers[i]).value + Math.log(rateOf(free, numbers[i])),
      logLikelihood(posterior),
    );
  }

  private numbersAt(theta: readonly number[]): number[] {
    return theta.map((t, i) => fromTheta(this.frees[i], t));
  }

  private conditioned(theta: readonly number[], observations: readonly Observation[]): Posterior | undefined {
    // Beyond these the covariance is 0 or infinite in float64.
    const outside = this.numbersAt(theta).some((x, i) => !(Math.abs(x) < 1e9) || (this.frees[i].positive && x < 1e-12));
    return outside ? undefined : condition(this.modelAt(theta), observations);
  }
}

// Exact Gaussian process regression for one task or several (intrinsic coregionalization, "Hadamard": tasks need not be
// observed at the same inputs). Model and observations are plain data; the posterior is computed from them. gpFit.ts fits
// the model. References: Rasmussen and Williams 2006, 2.2 and 5.4; E. V. Bonilla, K. M. Chai, C. Williams,
// "Multi-task Gaussian process prediction", 2007.
import {
  appendRow,
  type Cholesky,
  cholesky,
  dot,
  inverse,
  logDeterminant,
  packedRow,
  packSymmetric,
  solveLower,
  solveUpper,
} from '../math/cholesky';
import { type KernelName, kernels } from './kernels';

/** A point at which f is evaluated: an input, scaled to about [0, 1] per entry, and a task (default 0). */
export interface Point {
  readonly input: readonly number[];
  readonly task?: number;
}

export interface Observation extends Point {
  readonly value: number;
}

/** Covariance of tasks, B B^T + diag(v). */
export interface TaskCovariance {
  /** B, [tasks][rank]. */
  readonly factors: readonly (readonly number[])[];
  /** v, [tasks], positive. */
  readonly diagonal: readonly number[];
}

/** cov(f_t(x), f_u(x')) = outputScale k(x, x') (B B^T + diag(v))[t, u], and value = f + noise. */
export interface GpModel {
  readonly kernel: KernelName;
  /** One per input entry. */
  readonly lengthscales: readonly number[];
  /** Variance. */
  readonly outputScale: number;
  /** One for all tasks, or one per task. */
  readonly mean: readonly number[];
  /** Variance: one for all tasks, or one per task. */
  readonly noise: readonly number[];
  /** If absent: one task of variance `outputScale`. */
  readonly tasks?: TaskCovariance;
}

/** A model conditioned on observations. */
export interface Posterior {
  readonly model: GpModel;
  readonly observations: readonly Observation[];
  /** Factor of the covariance of the observed values, including noise. */
  readonly factor: Cholesky;
  /** Inverse of that covariance times (values - mean). */
  readonly weights: Float64Array;
}

/** Minimum variance of a prediction; anything below is rounding error. */
const LEAST_VARIANCE = 1e-10;

/** Noise variance of a task. */
export const noiseOf = ({ noise }: GpModel, task = 0): number => noise[noise.length === 1 ? 0 : task];

/** Prior mean of a task. */
export const meanOf = ({ mean }: GpModel, task = 0): number => mean[mean.length === 1 ? 0 : task];

/** B B^T + diag(v), [tasks][tasks]; [[1]] for one task. */
export function taskCovariance({ tasks }: GpModel): number[][] {
  if (tasks === undefined) return [[1]];
  return tasks.factors.map((row, t) =>
    tasks.factors.map((other, u) => row.reduce((sum, b, r) => sum + b * other[r], t === u ? tasks.diagonal[t] : 0)),
  );
}

/** Squared scaled distance of two inputs. */
function distance({ lengthscales }: GpModel, a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let d = 0; d < lengthscales.length; d++) sum += ((a[d] - b[d]) / lengthscales[d]) ** 2;
  return sum;
}

/** The prior covariance of f at two points. */
export function priorCovariance(model: GpModel): (a: Point, b: Point) => number {
  const between = taskCovariance(model);
  const { value } = kernels[model.kernel];
  return (a, b) => model.outputScale * between[a.task ?? 0][b.task ?? 0] * value(distance(model, a.input, b.input));
}

function check(model: GpModel, points: readonly Point[]): void {
  const tasks = model.tasks?.factors.length ?? 1;
  for (const [i, { input, task = 0 }] of points.entries()) {
    if (input.length !== model.lengthscales.length)
      throw new RangeError(
        `Point ${i} has ${input.length} entries; the model has ${model.lengthscales.length} length scales.`,
      );
    if (!input.every(Number.isFinite))
      throw new RangeError(`Point ${i} is at (${input.join(', ')}); all must be finite.`);
    if (!Number.isInteger(task) || task < 0 || task >= tasks)
      throw new RangeError(`Point ${i} has task ${task}; the model has ${tasks} tasks, counted from 0.`);
  }
}

function weigh(model: GpModel, observations: readonly Observation[], factor: Cholesky): Posterior {
  const wrong = observations.findIndex(({ value }) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new RangeError(`Observation ${wrong} has value ${observations[wrong].value}; omit failed measurements.`);
  const residuals = Float64Array.from(observations, ({ value, task }) => value - meanOf(model, task));
  return { model, observations, factor, weights: solveUpper(factor, solveLower(factor, residuals)) };
}

/**
 * Conditions a model on observations, O(n^3). No observations give the prior.
 * @throws RangeError for points that do not match the model, or if the covariance is not positive definite.
 */
export function condition(model: GpModel, observations: readonly Observation[]): Posterior {
  check(model, observations);
  const covariance = priorCovariance(model);
  const packed = packSymmetric(
    observations.length,
    (i, j) => covariance(observations[i], observations[j]) + (i === j ? noiseOf(model, observations[i].task) : 0),
  );
  return weigh(model, observations, cholesky(packed, observations.length));
}

/** The posterior with one more observation, O(n^2). */
export function observe({ model, observations, factor }: Posterior, observation: Observation): Posterior {
  check(model, [observation]);
  const covariance = priorCovariance(model);
  const row = observations.map((other) => covariance(other, observation));
  row.push(covariance(observation, observation) + noiseOf(model, observation.task));
  return weigh(model, [...observations, observation], appendRow(factor, row));
}

/**
 * L^-1 k(observations, point) per point. The dot product of two of these is the part of a covariance that the observations
 * explain.
 * @throws RangeError for points that do not match the model.
 */
export function explained({ model, observations, factor }: Posterior, points: readonly Point[]): Float64Array[] {
  check(model, points);
  const covariance = priorCovariance(model);
  return points.map((point) =>
    solveLower(
      factor,
      Float64Array.from(observations, (other) => covariance(other, point)),
    ),
  );
}

/** Mean and variance of f (without noise) at points; variances are at least 1e-10. */
export function predict(
  posterior: Posterior,
  points: readonly Point[],
): { mean: Float64Array; variance: Float64Array } {
  const { model, observations, weights } = posterior;
  const covariance = priorCovariance(model);
  const vectors = explained(posterior, points);
  return {
    mean: Float64Array.from(points, (point) =>
      observations.reduce((sum, other, i) => sum + covariance(other, point) * weights[i], meanOf(model, point.task)),
    ),
    variance: Float64Array.from(points, (point, i) =>
      Math.max(LEAST_VARIANCE, covariance(point, point) - dot(vectors[i], vectors[i])),
    ),
  };
}

/** Covariance of f between two lists of points given the observations, one array per row point. */
export function covariances(posterior: Posterior, rows: readonly Point[], columns: readonly Point[]): Float64Array[] {
  const covariance = priorCovariance(posterior.model);
  const knownRows = explained(posterior, rows);
  const knownColumns = explained(posterior, columns);
  return rows.map((row, i) =>
    Float64Array.from(columns, (column, j) => covariance(row, column) - dot(knownRows[i], knownColumns[j])),
  );
}

/** ln p(values | inputs, model). */
export function logLikelihood({ observations, model, factor, weights }: Posterior): number {
  const fit = observations.reduce((sum, { value, task }, i) => sum + (value - meanOf(model, task)) * weights[i], 0);
  return -(fit + logDeterminant(factor) + observations.length * Math.log(2 * Math.PI)) / 2;
}

/** Derivatives of the log likelihood in the logarithms of positive numbers, and in mean and factors themselves. */
export interface LikelihoodGradient {
  readonly lengthscales: number[];
  outputScale: number;
  readonly mean: number[];
  readonly noise: number[];
  readonly factors: number[][];
  readonly diagonal: number[];
}

/** Gradient of `logLikelihood`: 1/2 tr((w w^T - K^-1) dK) for every parameter, O(n^3). */
export function likelihoodGradient({ observations, model, factor, weights }: Posterior): LikelihoodGradient {
  const { lengthscales, outputScale, mean, noise, tasks } = model;
  const between = taskCovariance(model);
  const { value, slope } = kernels[model.kernel];
  const inverted = inverse(factor);
  const byTasks = between.map((row) => row.map(() => 0));
  const gradient: LikelihoodGradient = {
    lengthscales: lengthscales.map(() => 0),
    outputScale: 0,
    mean: mean.map(() => 0),
    noise: noise.map(() => 0),
    factors: [],
    diagonal: [],
  };
  for (const [i, a] of observations.entries()) {
    const t = a.task ?? 0;
    gradient.mean[mean.length === 1 ? 0 : t] += weights[i];
    for (let j = 0; j <= i; j++) {
      const b = observations[j];
      const u = b.task ?? 0;
      // Covers both triangles: off-diagonal terms count twice in half the trace.
      const m = (weights[i] * weights[j] - inverted[packedRow(i) + j]) * (i === j ? 0.5 : 1);
      const s = distance(model, a.input, b.input);
      const scaled = m * outputScale * value(s);
      gradient.outputScale += scaled * between[t][u];
      byTasks[t][u] += scaled / 2;
      byTasks[u][t] += scaled / 2;
      const steep = m * outputScale * between[t][u] * slope(s);
      for (let d = 0; d < lengthscales.length; d++)
        gradient.lengthscales[d] += steep * ((a.input[d] - b.input[d]) / lengthscales[d]) ** 2;
      if (i === j) gradient.noise[noise.length === 1 ? 0 : t] += m * noiseOf(model, t);
    }
  }
  for (const [t, row] of (tasks?.factors ?? []).entries()) {
    gradient.factors.push(
      row.map((_, r) => 2 * byTasks[t].reduce((sum, g, u) => sum + g * (tasks?.factors[u][r] ?? 0), 0)),
    );
    gradient.diagonal.push(byTasks[t][t] * (tasks?.diagonal[t] ?? 0));
  }
  return gradient;
}

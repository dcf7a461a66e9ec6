// Acquisition functions: what to measure next, given a posterior (gp.ts). All are maximized, and higher values are better.
import { cholesky, dot, inverseDiagonal, packSymmetric, solveLower, solveUpper } from '../math/cholesky';
import { logExpectedExcess } from '../math/normal';
import { explained, noiseOf, type Posterior, priorCovariance, taskCovariance } from './gp';
import { type CostAndValue, paretoFront } from './pareto';

/** Upper confidence bound, mean + sqrt(beta variance). */
export const upperConfidenceBound = (mean: number, variance: number, beta: number): number =>
  mean + Math.sqrt(beta * variance);

/**
 * beta of the `step`-th choice (from 1) among `candidates`: 2/5 ln(candidates step^2 pi^2 / (6 delta)). This is a fifth of
 * the theorem's beta, as in the multi-task search authors' code.
 * Reference: N. Srinivas et al., "Gaussian process optimization in the bandit setting", 2010, theorem 1.
 */
export const confidenceBeta = (candidates: number, step: number, delta = 0.1): number =>
  0.4 * Math.log((candidates * step ** 2 * Math.PI ** 2) / (6 * delta));

/**
 * ln of the expected improvement over `best` of a normal value; finite where the improvement itself underflows in float64.
 * Standard deviation 0 gives ln max(0, mean - best), which may be -Infinity.
 * Reference: S. Ament et al., "Unexpected improvements to expected improvement", 2023; the tail by a continued fraction.
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  if (deviation === 0) return Math.log(Math.max(0, mean - best));
  return Math.log(deviation) + logExpectedExcess((mean - best) / deviation);
}

/** Expected improvement E[max(0, value - best)] of a normal value, in its units. */
export const expectedImprovement = (mean: number, deviation: number, best: number): number =>
  Math.exp(logExpectedImprovement(mean, deviation, best));

/**
 * Expected growth of the hypervolume from a candidate with known cost and normal value, in units of cost times value. The
 * front is flat between neighboring costs, so each strip contributes its width times an expected improvement. 0 for a cost
 * at or above the reference's.
 * Reference for the hypervolume: pareto.ts.
 * @throws RangeError for points with NaN or infinite cost or value.
 */
export function expectedHypervolumeImprovement(
  candidate: { readonly cost: number; readonly mean: number; readonly deviation: number },
  points: readonly CostAndValue[],
  reference: CostAndValue,
): number {
  const front = paretoFront(points).filter(({ cost }) => cost < reference.cost);
  let floor = reference.value;
  let from = candidate.cost;
  let sum = 0;
  for (const { cost, value } of [...front, reference]) {
    if (cost > from) {
      sum += (cost - from) * expectedImprovement(candidate.mean, candidate.deviation, floor);
      from = cost;
    }
    floor = Math.max(floor, value);
  }
  return sum;
}

/** Lower bound for conditional variances, which rounding can make negative. */
const LEAST_CONDITIONAL = 1e-12;

/**
 * Information in nats that one noisy observation of a task at an input gives about the target task's noisy values at all
 * inputs: I(x, t) = 1/2 ln(v_t(x) / v_(t | target)(x)). Returns one array over `inputs` per task of `tasks`. O(inputs^3) in
 * total, for all tasks together.
 * Reference: J. Song, Y. Chen, Y. Yue, "A general framework for multi-fidelity Bayesian optimization with Gaussian
 * processes", 2019, as used by the multi-task search of M. Gennari do Nascimento et al. 2020.
 * @throws RangeError if `tasks` includes the target: its observations would count as already known.
 */
export function informationGains(
  posterior: Posterior,
  inputs: readonly (readonly number[])[],
  tasks: readonly number[],
  target: number,
): Float64Array[] {
  if (tasks.includes(target)) throw new RangeError(`Task ${target} is the target; give only the other tasks.`);
  // The covariance of the target's values is S = a K + noise - W W^T; that of a task with them is b K - V W^T. K is the same
  // in both, so the latter equals c S - c noise + U W^T with c = b / a and U = c W - V. The part of the task's variance that
  // the target explains, diag((c S - c noise + U W^T) S^-1 (...)^T), then needs only S^-1 W and the diagonal of S^-1.
  const { model } = posterior;
  const covariance = priorCovariance(model);
  /** For a task: L^-1 k(observations, x) and the variance of a noisy observation. */
  const at = (task: number) => {
    const points = inputs.map((input) => ({ input, task }));
    const vectors = explained(posterior, points);
    const noise = noiseOf(model, task);
    return { points, vectors, variance: vectors.map((v, i) => covariance(points[i], points[i]) - dot(v, v) + noise) };
  };
  const { points, vectors: w, variance: targetVariance } = at(target);
  const factor = cholesky(
    packSymmetric(inputs.length, (i, j) =>
      i === j ? targetVariance[i] : covariance(points[i], points[j]) - dot(w[i], w[j]),
    ),
    inputs.length,
  );
  const noise = noiseOf(model, target) + factor.jitter;
  const inverted = inverseDiagonal(factor);
  const columns = posterior.observations.map((_, k) => Float64Array.from(w, (row) => row[k]));
  const solved = columns.map((column) => solveUpper(factor, solveLower(factor, column.slice())));
  const products = columns.map((column) => Float64Array.from(solved, (other) => dot(column, other)));
  const between = taskCovariance(model);
  return tasks.map((task) => {
    const c = between[task][target] / between[target][target];
    const { vectors: v, variance } = at(task);
    return Float64Array.from(inputs, (_, i) => {
      const u = w[i].map((x, k) => c * x - v[i][k]);
      const self = targetVariance[i] + factor.jitter;
      const explainedVariance =
        c * c * (self - 2 * noise + noise * noise * inverted[i]) +
        2 * c * (dot(u, w[i]) - noise * solved.reduce((sum, column, k) => sum + column[i] * u[k], 0)) +
        products.reduce((sum, row, k) => sum + u[k] * dot(row, u), 0);
      const rest = Math.max(LEAST_CONDITIONAL, variance[i] - explainedVariance);
      return Math.log(Math.max(LEAST_CONDITIONAL, variance[i]) / rest) / 2;
    });
  });
}

/** An input and a task, as indices into `inputs` and `costs`. */
export interface InformativeChoice {
  readonly input: number;
  readonly task: number;
  /** Nats per unit of cost. */
  readonly gainPerCost: number;
}

/**
 * The input and task with the most information about the target per cost, chosen jointly; the first of equals. With several
 * posteriors (the same observations under several models, sampleGp.ts) the information is averaged.
 * `costs` has one positive number per task, in any unit; the target itself is not a candidate.
 * @throws RangeError for no inputs, no posterior, fewer than two tasks, or a cost that is not positive.
 */
export function mostInformative(
  posteriors: Posterior | readonly Posterior[],
  inputs: readonly (readonly number[])[],
  costs: readonly number[],
  target: number,
): InformativeChoice {
  const all = 'model' in posteriors ? [posteriors] : posteriors;
  const tasks = costs.map((_, task) => task).filter((task) => task !== target);
  const wrong = tasks.find((task) => !(costs[task] > 0));
  if (wrong !== undefined) throw new RangeError(`Task ${wrong} costs ${costs[wrong]}; a cost must be positive.`);
  if (inputs.length === 0 || tasks.length === 0 || all.length === 0)
    throw new RangeError(
      `${inputs.length} inputs, ${tasks.length} tasks beside the target and ${all.length} posteriors leave nothing to choose.`,
    );
  const gains = all.map((posterior) => informationGains(posterior, inputs, tasks, target));
  let best: InformativeChoice = { input: 0, task: tasks[0], gainPerCost: Number.NEGATIVE_INFINITY };
  for (const [k, task] of tasks.entries())
    for (const input of inputs.keys()) {
      const gain = gains.reduce((sum, ofTasks) => sum + ofTasks[k][input], 0) / all.length;
      const gainPerCost = gain / costs[task];
      if (gainPerCost > best.gainPerCost) best = { input, task, gainPerCost };
    }
  return best;
}

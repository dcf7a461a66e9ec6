// What to measure next, from a posterior (gp.ts). All are to be maximized, for values of which more is better.
import { cholesky, packSymmetric, solveLower } from '../math/cholesky';
import { logExpectedExcess } from '../math/normal';
import { covariances, dot, noiseOf, type Posterior, predict } from './gp';
import { type CostAndValue, paretoFront } from './pareto';

/** Upper confidence bound, mean + sqrt(beta variance). */
export const upperConfidenceBound = (mean: number, variance: number, beta: number): number =>
  mean + Math.sqrt(beta * variance);

/**
 * beta of the `step`-th choice (from 1) among `candidates`: 2/5 ln(candidates step^2 pi^2 / (6 delta)), a fifth of the
 * bound's, as the authors' code of the multi-task search has it.
 * Reference: N. Srinivas et al., "Gaussian process optimization in the bandit setting", 2010, theorem 1.
 */
export const confidenceBeta = (candidates: number, step: number, delta = 0.1): number =>
  0.4 * Math.log((candidates * step ** 2 * Math.PI ** 2) / (6 * delta));

/**
 * ln of the expected improvement over `best` of a normal value; finite where the improvement itself is 0 in float64.
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
 * Expected growth of the hypervolume by a candidate of known cost and normal value, in units of cost times value: between
 * neighboring costs the front is flat, so each strip is its width times an expected improvement. 0 for a cost not below the
 * reference's.
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

/** Conditional variances lost to rounding are raised to this. */
const LEAST_CONDITIONAL = 1e-12;

/**
 * Nats that one noisy observation of each task at each input tells about the noisy values of the target task at all inputs:
 * I(x, t) = 1/2 ln(v_t(x) / v_(t | target)(x)); O(inputs^3) once and per task. One array per task of `tasks`.
 * Reference: J. Song, Y. Chen, Y. Yue, "A general framework for multi-fidelity Bayesian optimization with Gaussian
 * processes", 2019, as the multi-task search of M. Nascimento et al. 2020 uses it.
 * @throws RangeError for the target among `tasks`: an observation of it would count as known already.
 */
export function informationGains(
  posterior: Posterior,
  inputs: readonly (readonly number[])[],
  tasks: readonly number[],
  target: number,
): Float64Array[] {
  if (tasks.includes(target))
    throw new RangeError(`Task ${target} is the target; ask what the other tasks tell about it.`);
  const of = (task: number) => inputs.map((input) => ({ input, task }));
  const own = covariances(posterior, of(target), of(target));
  const noise = noiseOf(posterior.model, target);
  const factor = cholesky(
    packSymmetric(inputs.length, (i, j) => own[i][j] + (i === j ? noise : 0)),
    inputs.length,
  );
  return tasks.map((task) => {
    const cross = covariances(posterior, of(task), of(target));
    const added = noiseOf(posterior.model, task);
    return predict(posterior, of(task)).variance.map((latent, i) => {
      const known = solveLower(factor, cross[i]);
      const variance = latent + added;
      return Math.log(variance / Math.max(LEAST_CONDITIONAL, variance - dot(known, known))) / 2;
    });
  });
}

/** An input of a task, by their positions in what was asked. */
export interface InformativeChoice {
  readonly input: number;
  readonly task: number;
  /** Nats per unit of cost. */
  readonly gainPerCost: number;
}

/**
 * The input and task of the most information about the target per cost, over both at once; of equals the first.
 * `costs` has one positive number per task, in any unit; the target is left out.
 * @throws RangeError for no inputs, fewer than two tasks, or a cost that is not positive.
 */
export function mostInformative(
  posterior: Posterior,
  inputs: readonly (readonly number[])[],
  costs: readonly number[],
  target: number,
): InformativeChoice {
  const tasks = costs.map((_, task) => task).filter((task) => task !== target);
  const wrong = tasks.find((task) => !(costs[task] > 0));
  if (wrong !== undefined) throw new RangeError(`Task ${wrong} costs ${costs[wrong]}; a cost must be positive.`);
  if (inputs.length === 0 || tasks.length === 0)
    throw new RangeError(
      `${inputs.length} inputs and ${tasks.length} tasks beside the target leave nothing to choose.`,
    );
  let best: InformativeChoice = { input: 0, task: tasks[0], gainPerCost: Number.NEGATIVE_INFINITY };
  for (const [k, gains] of informationGains(posterior, inputs, tasks, target).entries())
    for (const [input, gain] of gains.entries()) {
      const gainPerCost = gain / costs[tasks[k]];
      if (gainPerCost > best.gainPerCost) best = { input, task: tasks[k], gainPerCost };
    }
  return best;
}

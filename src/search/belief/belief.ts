// The belief of a multi-task search: a Gaussian process over candidates and tasks (amounts of fine-tuning, the last one
// the target), refitted as measurements arrive, in units of accuracy.
import { createRng } from '../../math/rng';
import { condition, type GpModel, observe, type Posterior, predict, taskCovariance } from '../../optim/gp';
import { fitGp, standardize } from '../../optim/gpFit';
import type { GpForm } from '../../optim/gpPriors';
import type { Candidate } from './candidates';

/** A measurement as input of the process. */
export interface Measured extends Candidate {
  readonly task: number;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
}

export interface Belief {
  /**
   * The belief if these were measured as it expects: the same means, less uncertain near them. So that one may ask for more
   * before they are measured ("kriging believer": D. Ginsbourger, R. Le Riche, L. Carraro, "Kriging is well-suited to
   * parallelize optimization", 2010; for confidence bounds T. Desautels, A. Krause, J. Burdick, JMLR 15, 2014).
   */
  expecting(pending: readonly (Candidate & { readonly task: number })[]): Belief;
  /** In units of the standardized values. */
  readonly posterior: Posterior;
  readonly model: GpModel;
  /** Mean accuracy at the target and its standard deviation, excluding noise. */
  at(candidates: readonly Candidate[]): { readonly mean: Float64Array; readonly sd: Float64Array };
  /** Standard deviation of the noise at the target, in accuracy. */
  readonly noise: number;
  /** Correlation of the tasks, [task][task]. */
  readonly correlation: readonly (readonly number[])[];
}

/** The observed quantity of a measurement below the target. */
export type LowerValue = 'loss' | 'accuracy';

/**
 * Up to `FEW` measurements, every fit is a descent from the last model, and every fifth fit has more starts, to escape a
 * poor maximum. Later one more measurement changes little and a fit takes long, so only every fourth measurement triggers
 * one.
 */
const FEW = 40;
const RESTARTS = 2;
const RESTART_EVERY = 5;
const REFIT_EVERY = 4;

/**
 * The values of the process. At the target: accuracies, in units of their spread over all tasks. Below the target:
 * accuracies too, or -ln cross-entropy, each task in units of its own spread. If rounding alone leaves accuracy at
 * chance, the cross-entropy still distinguishes policies.
 */
function valuesOf(measured: readonly Measured[], tasks: number, lower: LowerValue) {
  const accuracies = standardize(measured.map(({ input, accuracy }) => ({ input, value: accuracy })));
  const losses = Array.from({ length: tasks }, (_, t) =>
    standardize(
      measured.filter(({ task }) => task === t).map(({ input, loss }) => ({ input, value: -Math.log(loss) })),
    ),
  );
  const observations = measured.map(({ input, task, accuracy, loss }) => {
    const [value, { center, scale }] =
      task === tasks - 1 || lower === 'accuracy' ? [accuracy, accuracies] : [-Math.log(loss), losses[task]];
    return { input, task, value: (value - center) / scale };
  });
  return { observations, center: accuracies.center, scale: accuracies.scale };
}

/**
 * Conditions the process on at least one measurement, usually with a new fit that starts from `previous`, the model of an
 * earlier belief of the same form. Deterministic for equal seeds.
 */
export function believe(
  measured: readonly Measured[],
  tasks: number,
  { form, lower }: { readonly form: GpForm; readonly lower: LowerValue },
  seed: number,
  previous?: GpModel,
): Belief {
  const { observations, center, scale } = valuesOf(measured, tasks, lower);
  const n = measured.length;
  const restarts = previous === undefined || (n <= FEW && n % RESTART_EVERY === 0) ? RESTARTS : 0;
  const start = { restarts, ...(previous && { previous }) };
  const model =
    previous !== undefined && n > FEW && n % REFIT_EVERY !== 0
      ? previous
      : fitGp(observations, createRng(seed), { ...form, tasks, ...start }).model;
  const posterior = condition(model, observations);
  return beliefOf(posterior, tasks, center, scale);
}

function beliefOf(posterior: Posterior, tasks: number, center: number, scale: number): Belief {
  const { model } = posterior;
  const between = taskCovariance(model);
  return {
    expecting: (pending) => {
      const { mean } = predict(posterior, pending);
      const expected = pending.map(({ input, task }, i) => ({ input, task, value: mean[i] }));
      return beliefOf(expected.reduce(observe, posterior), tasks, center, scale);
    },
    posterior,
    model,
    at: (candidates) => {
      const points = candidates.map(({ input }) => ({ input, task: tasks - 1 }));
      const { mean, variance } = predict(posterior, points);
      return { mean: mean.map((m) => center + scale * m), sd: variance.map((v) => scale * Math.sqrt(v)) };
    },
    noise: scale * Math.sqrt(model.noise[model.noise.length - 1]),
    correlation: between.map((row, t) =>
      row.map((covariance, u) => covariance / Math.sqrt(between[t][t] * between[u][u])),
    ),
  };
}

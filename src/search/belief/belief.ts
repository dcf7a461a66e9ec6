// The belief of a multi-task search: a Gaussian process over candidates and tasks (amounts of fine-tuning, the last one
// the target), refitted as measurements arrive, in units of accuracy.
import { createRng } from '../../math/rng';
import { condition, type GpModel, observe, type Posterior, predict, taskCovariance } from '../../optim/gp';
import { fitGp, standardize } from '../../optim/gpFit';
import type { GpForm } from '../../optim/gpPriors';
import { sampleGp } from '../../optim/sampleGp';
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
  /** In units of the process's values: one for each model that is averaged over. */
  readonly posteriors: readonly Posterior[];
  /** The most probable model, or the last one sampled: the start of the next belief. */
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

/** The models of a belief: the most probable one, or samples of their posterior (optim/sampleGp.ts), averaged over. */
export type Inference = 'most probable' | 'sampled';

/** Models sampled, and the sweeps over all of their numbers before the first one and for each. */
const SAMPLES = { count: 8, burnIn: 6, thin: 2 };

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
 * chance, the cross-entropy still distinguishes policies. Under uniform priors, as published: accuracies as they are.
 */
function valuesOf(measured: readonly Measured[], tasks: number, lower: LowerValue, form: GpForm) {
  if (form.uniform) {
    const observations = measured.map(({ input, task, accuracy }) => ({ input, task, value: accuracy }));
    return { observations, center: 0, scale: 1 };
  }
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

export interface BeliefOptions {
  readonly form: GpForm;
  readonly lower: LowerValue;
  readonly inference: Inference;
}

/**
 * Conditions the process on at least one measurement, with models sampled, or usually a new fit, that start from
 * `previous`, the model of an earlier belief of the same form. Deterministic for equal seeds.
 */
export function believe(
  measured: readonly Measured[],
  tasks: number,
  { form, lower, inference }: BeliefOptions,
  seed: number,
  previous?: GpModel,
): Belief {
  const { observations, center, scale } = valuesOf(measured, tasks, lower, form);
  const n = measured.length;
  const rng = createRng(seed);
  const own = { ...form, tasks };
  if (inference === 'sampled') {
    const start = previous ?? fitGp(observations, rng, { ...own, restarts: 0 }).model;
    const models = sampleGp(observations, start, SAMPLES.count, rng, own, SAMPLES);
    const posteriors = models.map((model) => condition(model, observations));
    return beliefOf(posteriors, tasks, center, scale);
  }
  const restarts = previous === undefined || (n <= FEW && n % RESTART_EVERY === 0) ? RESTARTS : 0;
  const model =
    previous !== undefined && n > FEW && n % REFIT_EVERY !== 0
      ? previous
      : fitGp(observations, rng, { ...own, restarts, ...(previous && { previous }) }).model;
  return beliefOf([condition(model, observations)], tasks, center, scale);
}

const meanOver = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0) / items.length;

function beliefOf(posteriors: readonly Posterior[], tasks: number, center: number, scale: number): Belief {
  const models = posteriors.map(({ model }) => model);
  const between = models.map(taskCovariance);
  const one = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  return {
    expecting: (pending) => {
      const after = posteriors.map((posterior) => {
        const { mean } = predict(posterior, pending);
        return pending.map(({ input, task }, i) => ({ input, task, value: mean[i] })).reduce(observe, posterior);
      });
      return beliefOf(after, tasks, center, scale);
    },
    posteriors,
    model: models[models.length - 1],
    at: (candidates) => {
      const points = candidates.map(({ input }) => ({ input, task: tasks - 1 }));
      const all = posteriors.map((posterior) => predict(posterior, points));
      const mean = Float64Array.from(points, (_, i) => meanOver(all, (each) => each.mean[i]));
      // Of the mixture: the models' own variances, and how far their means lie apart.
      const variance = mean.map((m, i) => meanOver(all, (each) => each.variance[i] + (each.mean[i] - m) ** 2));
      return { mean: mean.map((m) => center + scale * m), sd: variance.map((v) => scale * Math.sqrt(v)) };
    },
    noise: scale * Math.sqrt(meanOver(models, ({ noise }) => noise[noise.length - 1])),
    correlation: one(tasks, (t) => one(tasks, (u) => meanOver(between, (k) => k[t][u] / Math.sqrt(k[t][t] * k[u][u])))),
  };
}

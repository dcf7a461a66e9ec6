// Trains a network, float or under a policy's rounding, as an async generator: the caller decides when the next step
// runs, and stops by `return()`. The loop itself needs no labels, so that distillation shares it (distill.ts). Nothing
// here knows of workers or pages.

import { epochBatches, epochPlans } from '../data/batch';
import { augments, type Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import type { Network } from '../graph/network';
import { createRng, type Rng } from '../math/rng';
import { dampingAt } from '../nn/oscillation';
import { type StepOptions, Trainable } from '../nn/trainable';
import type { Rounding } from '../rounding/rounding';
import { reestimate, reestimationImages } from './batchNorm';
import { compiledOr } from './compiledOr';
import { type Goal, openGoal } from './goals';
import { Replica, type Steps } from './replica';
import { geometryOf } from './replicaPlan';
import { type ScheduleId, schedules } from './schedules';
import { ownSteps, type StepsFor } from './sharedSteps';
import { type EpochSpan, stagesOf } from './stages';
import { NOTHING_SEEN, type Seen, Unread } from './unread';

/** Settings of gradient descent, whatever the target. */
export interface DescentSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: ScheduleId;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly augment: boolean;
  /** Training images per epoch; all if larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
  /** Parts of each batch with batch statistics of their own (replica.ts); 1 if absent. */
  readonly shards?: number;
  /**
   * Damping of oscillating weights at the end of a run under rounding (nn/oscillation.ts). If given, also as 0, oscillations
   * are counted.
   */
  readonly damping?: number;
}

export interface TrainSettings extends DescentSettings {
  readonly labelSmoothing: number;
  /** Under a policy's rounding, reach its widths in stages (stages.ts) instead of directly from float. */
  readonly progressive?: boolean;
}

/** How batches are cut, for the recipe of weights; empty for whole batches. */
export function shardWords({ shards = 1 }: Pick<DescentSettings, 'shards'>): string {
  return shards === 1 ? '' : `, each batch in ${shards} shards`;
}

/** Metrics after one step. */
export interface StepMetrics {
  readonly step: number;
  readonly steps: number;
  /** Epochs done, as a fraction. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Mean loss and accuracy over the images since the last metrics; absent on steps that did not read them. */
  readonly loss?: number;
  readonly accuracy?: number;
  /** Share of the rounded weights that oscillate, with the metrics of a damped run. */
  readonly oscillating?: number;
  /** What keeps the steps from being compiled, on a backend that compiles them (compiledOr.ts). */
  readonly composed?: string;
  /** True at the last step of an epoch: `weights` may be evaluated now. */
  readonly epochEnd: boolean;
  /** The current weights. */
  weights(): Promise<Network>;
  /** The current state of the run. */
  state(): Promise<TrainState>;
}

/**
 * State of a run between two steps, as plain data: restarted from it with the same network, images and settings, the
 * run continues as if it had never stopped. The order of images follows from the seed and the step alone.
 */
export interface TrainState {
  readonly step: number;
  /** Of the network being trained (`Trainable.state`): weights, learned parameters, running statistics, velocities. */
  readonly variables: Readonly<Record<string, Float32Array>>;
  /** Since the last metrics that had a loss. */
  readonly seen: Seen;
  readonly lastLoss: number | undefined;
}

/** The loss is no longer finite; carries the weights at the last finite report. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    readonly step: number,
    readonly lastLoss: number | undefined,
    learningRate: number,
  ) {
    const before = lastLoss === undefined ? 'from the start' : `after a loss of ${lastLoss.toFixed(3)}`;
    super(
      `Training diverged at step ${step} (${before}): the loss is no longer finite, at a learning rate of ${learningRate.toPrecision(2)}. The weights from before this run are kept. Try a third of that learning rate.`,
    );
  }
}

/** A loss above this counts as infinite; some backends' ReLU swallows NaN. */
export const LOSS_LIMIT = 1e6;

/** Steps between two readings of loss and accuracy. */
const REPORT_EVERY = 5;

/** How the batches of an epoch are drawn. */
function planOf(dataset: Dataset, { imagesPerEpoch, batchSize, augment }: DescentSettings) {
  const images = Math.min(imagesPerEpoch, dataset.train.length);
  return { images, batchSize: Math.min(batchSize, images), augment: augments(dataset, augment) };
}

/** Images that a run of these settings shows, repeats counted: whole batches only. */
export function imagesShown(dataset: Dataset, settings: DescentSettings): number {
  const plan = planOf(dataset, settings);
  return settings.epochs * epochBatches(dataset.train.length, plan) * plan.batchSize;
}

/**
 * Runs `settings.epochs` epochs of Nesterov SGD on the training split, or those of them in `span`, by the `steps` of
 * `model`, from the beginning of the span or from a state within it. Yields after every step; the caller owns `model`.
 * Forks `rng` once per epoch.
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* descend(
  model: Trainable,
  dataset: Dataset,
  settings: DescentSettings,
  rng: Rng,
  steps: Steps<StepOptions, undefined>,
  span: EpochSpan = { from: 0, to: settings.epochs },
  from?: TrainState,
): AsyncGenerator<StepMetrics, void, void> {
  const unread = new Unread(from?.seen ?? NOTHING_SEEN);
  try {
    const plan = planOf(dataset, settings);
    const { batchSize } = plan;
    const perEpoch = epochBatches(dataset.train.length, plan);
    const total = perEpoch * settings.epochs;
    if (from) model.restore(new Map(Object.entries(from.variables)));
    let lastLoss = from?.lastLoss;
    let step = perEpoch * span.from;
    for (let epoch = span.from; epoch < span.to; epoch++) {
      // Repeat the draws made before the state, so that the stream continues where it was.
      for (const batchPlan of epochPlans(dataset.train.length, plan, rng.fork(epoch))) {
        if (from && step < from.step) {
          step++;
          continue;
        }
        const learningRate = settings.learningRate * schedules[settings.schedule](step / total);
        const damping = settings.damping === undefined ? undefined : dampingAt(settings.damping, step / total);
        const { momentum, weightDecay } = settings;
        const options = { learningRate, momentum, weightDecay, ...(damping !== undefined && { damping }) };
        const { losses, hits } = await steps.step(batchPlan, undefined, options);
        unread.add(losses[0], hits, batchSize);
        step++;
        const epochEnd = step % perEpoch === 0;
        let metrics: (Pick<StepMetrics, 'oscillating'> & { loss: number; accuracy: number }) | undefined;
        if (step % REPORT_EVERY === 0 || epochEnd) {
          const seen = await unread.read();
          unread.clear();
          metrics = { loss: seen.loss / seen.images, accuracy: seen.right / seen.images };
          if (!(Math.abs(metrics.loss) < LOSS_LIMIT)) throw new DivergenceError(step, lastLoss, learningRate);
          lastLoss = metrics.loss;
          if (damping !== undefined) metrics = { ...metrics, oscillating: await model.oscillating() };
        }
        const now = step;
        const { composed } = steps;
        yield {
          step,
          steps: total,
          epoch: step / perEpoch,
          learningRate,
          ...metrics,
          ...(composed !== undefined && { composed }),
          epochEnd,
          weights: async () => {
            await steps.settle?.();
            return model.read();
          },
          state: async () => {
            await steps.settle?.();
            const variables = Object.fromEntries(await model.state());
            return { step: now, variables, seen: await unread.read(), lastLoss };
          },
        };
      }
    }
  } finally {
    unread.dispose();
  }
}

/**
 * Learns the labels of the training split and returns the trained network. Batch norms keep their running averages;
 * after quantization-aware training they are re-estimated, because weights that oscillate between two levels spoil the
 * averages (M. Nagel et al., arXiv 2203.11086). Yields after every step.
 * @param from state of another run with the same arguments, to continue from
 * @param goal what each batch is trained toward; by default its labels
 * @param stepsFor where the steps are made; by default here, on WebGPU compiled where possible
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* train(
  network: Network,
  dataset: Dataset,
  settings: TrainSettings,
  quantAware?: Rounding,
  from?: TrainState,
  goal: Goal = settings,
  stepsFor: StepsFor = compiledOr(ownSteps),
): AsyncGenerator<StepMetrics, Network, void> {
  const rng = createRng(settings.seed);
  const { epochs, progressive, shards = 1 } = settings;
  const stages = progressive && quantAware ? stagesOf(quantAware, epochs) : [{ from: 0, to: epochs, quantAware }];
  const epochsDone = from ? from.step / epochBatches(dataset.train.length, planOf(dataset, settings)) : 0;
  const target = openGoal(goal, dataset.classes.length);
  let trained = network;
  try {
    for (const stage of stages) {
      if (epochsDone > stage.to) {
        for (let epoch = stage.from; epoch < stage.to; epoch++) rng.fork(epoch);
        continue;
      }
      const model = new Trainable(trained, stage.quantAware);
      const replica = new Replica(model, target.of, dataset.train, dataset);
      const plan = { trained: { network: trained, quantAware: stage.quantAware }, goal, geometry: geometryOf(dataset) };
      const steps = stepsFor(replica, plan, dataset.train, shards);
      try {
        yield* descend(model, dataset, settings, rng, steps, stage, epochsDone > stage.from ? from : undefined);
        await steps.settle?.();
        if (quantAware !== undefined && stage.to === epochs)
          reestimate(model, dataset, reestimationImages(network, dataset), imagesAtOnce(network));
        trained = await model.read();
      } finally {
        steps.dispose();
        model.dispose();
      }
    }
  } finally {
    target.dispose();
  }
  return trained;
}

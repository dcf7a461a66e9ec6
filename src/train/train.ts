// Trains a network, float or under a policy's rounding, as an async generator: the caller decides when the next step
// runs, and stops by `return()`. The loop itself needs no labels, so that distillation shares it (distill.ts). Nothing
// here knows of workers or pages.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, epochBatches, epochPlans } from '../data/batch';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { createRng, type Rng } from '../math/rng';
import { dampingAt } from '../nn/oscillation';
import { type Loss, Trainable } from '../nn/trainable';
import type { Rounding } from '../rounding/rounding';
import { reestimate, reestimationImages } from './batchNorm';
import { type ScheduleId, schedules } from './schedules';
import { type EpochSpan, stagesOf } from './stages';

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

/** Sums over images: of their losses, and of correct predictions. */
interface Seen {
  readonly loss: number;
  readonly right: number;
  readonly images: number;
}

const NOTHING_SEEN: Seen = { loss: 0, right: 0, images: 0 };

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

/** The target of one batch. */
export interface BatchGoal {
  readonly loss: Loss;
  /** The correct class for each image, int32 [n]; disposed by the loop after the step. */
  readonly answers: tf.Tensor1D;
  /** Other tensors that `loss` reads; disposed by the loop after the step. */
  readonly kept: readonly tf.Tensor[];
}

/** Makes the goal of a batch [n, h, w, 3] from its images and labels; the caller owns the images. */
export type GoalOf = (images: tf.Tensor4D, labels: Uint8Array) => BatchGoal;

function countRight(logits: tf.Tensor2D, answers: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), answers), 'float32')) as tf.Scalar);
}

/** Losses and hits of steps, left on the device until requested: reading them stalls the device. */
class Unread {
  private readonly pending: { loss: tf.Scalar; right: tf.Scalar; images: number }[] = [];

  constructor(private seen: Seen) {}

  add(loss: tf.Scalar, right: tf.Scalar, images: number): void {
    this.pending.push({ loss, right, images });
  }

  /** All since the last `clear`. The sums are the same however often they are requested. */
  async read(): Promise<Seen> {
    for (const entry of this.pending) {
      const [loss, right] = [(await entry.loss.data())[0], (await entry.right.data())[0]];
      const { seen } = this;
      this.seen = {
        loss: seen.loss + loss * entry.images,
        right: seen.right + right,
        images: seen.images + entry.images,
      };
    }
    this.dispose();
    return this.seen;
  }

  clear(): void {
    this.seen = NOTHING_SEEN;
  }

  dispose(): void {
    for (const { loss, right } of this.pending) tf.dispose([loss, right]);
    this.pending.length = 0;
  }
}

/** How the batches of an epoch are drawn. */
function planOf(dataset: Dataset, { imagesPerEpoch, batchSize, augment }: DescentSettings) {
  const images = Math.min(imagesPerEpoch, dataset.train.length);
  return { images, batchSize: Math.min(batchSize, images), augment };
}

/** Images that a run of these settings shows, repeats counted: whole batches only. */
export function imagesShown(dataset: Dataset, settings: DescentSettings): number {
  const plan = planOf(dataset, settings);
  return settings.epochs * epochBatches(dataset.train.length, plan) * plan.batchSize;
}

/**
 * Runs `settings.epochs` epochs of Nesterov SGD on the training split, or those of them in `span`, toward the goal that
 * `goalOf` makes of each batch, from the beginning of the span or from a state within it. Yields after every step; the
 * caller owns `model`. Forks `rng` once per epoch.
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* descend(
  model: Trainable,
  dataset: Dataset,
  settings: DescentSettings,
  rng: Rng,
  goalOf: GoalOf,
  span: EpochSpan = { from: 0, to: settings.epochs },
  from?: TrainState,
): AsyncGenerator<StepMetrics, void, void> {
  const unread = new Unread(from?.seen ?? NOTHING_SEEN);
  try {
    const plan = planOf(dataset, settings);
    const { batchSize } = plan;
    const perEpoch = epochBatches(dataset.train.length, plan);
    const steps = perEpoch * settings.epochs;
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
        const learningRate = settings.learningRate * schedules[settings.schedule](step / steps);
        const batch = composeBatch(dataset.train, batchPlan, dataset);
        const input = tf.tensor4d(batch.images, [batchSize, dataset.height, dataset.width, 3]);
        const { loss, answers, kept } = goalOf(input, batch.labels);
        const damping = settings.damping === undefined ? undefined : dampingAt(settings.damping, step / steps);
        const { momentum, weightDecay } = settings;
        const options = { learningRate, momentum, weightDecay, ...(damping !== undefined && { damping }) };
        const result = model.step(input, loss, options);
        unread.add(result.loss, countRight(result.logits, answers), batchSize);
        tf.dispose([input, result.logits, answers, ...kept]);
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
        yield {
          step,
          steps,
          epoch: step / perEpoch,
          learningRate,
          ...metrics,
          epochEnd,
          weights: () => model.read(),
          state: async () => ({
            step: now,
            variables: Object.fromEntries(await model.state()),
            seen: await unread.read(),
            lastLoss,
          }),
        };
      }
    }
  } finally {
    unread.dispose();
  }
}

/**
 * Cross-entropy with label smoothing: `-sum_c t_c log softmax(z)_c`, averaged over images, with
 * `t = (1 - smoothing) onehot(label) + smoothing / classes`.
 */
export function labelGoal(labels: Uint8Array, classes: number, smoothing: number): BatchGoal {
  const answers = tf.tensor1d(Int32Array.from(labels), 'int32');
  const loss = (logits: tf.Tensor2D) =>
    tf.tidy(() => {
      const hard = tf.oneHot(answers, classes);
      const target = tf.add(tf.mul(tf.cast(hard, 'float32'), 1 - smoothing), smoothing / classes);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))) as tf.Scalar;
    });
  return { loss, answers, kept: [] };
}

/**
 * Learns the labels of the training split and returns the trained network. Batch norms keep their running averages;
 * after quantization-aware training they are re-estimated, because weights that oscillate between two levels spoil the
 * averages (M. Nagel et al., arXiv 2203.11086). Yields after every step.
 * @param from state of another run with the same arguments, to continue from
 * @param goal the target of each batch; by default its labels
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* train(
  network: Network,
  dataset: Dataset,
  settings: TrainSettings,
  quantAware?: Rounding,
  from?: TrainState,
  goal?: GoalOf,
): AsyncGenerator<StepMetrics, Network, void> {
  const rng = createRng(settings.seed);
  const { epochs, labelSmoothing, progressive } = settings;
  const goalOf: GoalOf = goal ?? ((_, labels) => labelGoal(labels, dataset.classes.length, labelSmoothing));
  const stages = progressive && quantAware ? stagesOf(quantAware, epochs) : [{ from: 0, to: epochs, quantAware }];
  const epochsDone = from ? from.step / epochBatches(dataset.train.length, planOf(dataset, settings)) : 0;
  let trained = network;
  for (const stage of stages) {
    if (epochsDone > stage.to) {
      for (let epoch = stage.from; epoch < stage.to; epoch++) rng.fork(epoch);
      continue;
    }
    const model = new Trainable(trained, stage.quantAware);
    try {
      yield* descend(model, dataset, settings, rng, goalOf, stage, epochsDone > stage.from ? from : undefined);
      if (quantAware !== undefined && stage.to === epochs)
        reestimate(model, dataset, reestimationImages(network, dataset));
      trained = await model.read();
    } finally {
      model.dispose();
    }
  }
  return trained;
}

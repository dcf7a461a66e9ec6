// Trains a network, float or under a policy's rounding, as an async generator: the caller decides when the next step
// runs, and stops by `return()`. The loop itself knows of no labels, so that distillation shares it (distill.ts).
// Nothing here knows of workers or pages.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, epochBatches, epochPlans } from '../data/batch';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { createRng, type Rng } from '../math/rng';
import { type Loss, type QuantAware, Trainable } from '../nn/trainable';
import { reestimate, reestimationImages } from './batchNorm';
import { type ScheduleId, schedules } from './schedules';
import { type EpochSpan, stagesOf } from './stages';

/** How a run of gradient descent goes, whatever it learns from. */
export interface DescentSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: ScheduleId;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly augment: boolean;
  /** Training images used an epoch; all when larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
}

export interface TrainSettings extends DescentSettings {
  readonly labelSmoothing: number;
  /** Under a policy's rounding, come down to its widths in stages (stages.ts) instead of from float at once. */
  readonly progressive?: boolean;
}

/** After one step. */
export interface StepMetrics {
  readonly step: number;
  readonly steps: number;
  /** Epochs done, as a fraction. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Mean loss and accuracy over the images since the last metrics; absent on steps that did not read them. */
  readonly loss?: number;
  readonly accuracy?: number;
  /** True at the last step of an epoch: `weights` may be evaluated now. */
  readonly epochEnd: boolean;
  /** The weights as they are now. */
  weights(): Promise<Network>;
}

/** The loss left the numbers; carries the weights as they were at the last finite report. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    readonly step: number,
    readonly lastLoss: number | undefined,
    learningRate: number,
  ) {
    const before = lastLoss === undefined ? 'from the start' : `after a loss of ${lastLoss.toFixed(3)}`;
    super(
      `Training diverged at step ${step} (${before}): the loss is no longer a number, at a learning rate of ${learningRate.toPrecision(2)}. The weights from before this run are kept. Try a third of that learning rate.`,
    );
  }
}

/** A loss above this is as good as infinite; some backends' ReLU swallows NaN. */
export const LOSS_LIMIT = 1e6;

/** Steps between two readings of loss and accuracy. */
const REPORT_EVERY = 5;

/** What one batch teaches. */
export interface BatchGoal {
  readonly loss: Loss;
  /** The class that counts as right for each image, int32 [n]; disposed by the loop after the step. */
  readonly answers: tf.Tensor1D;
  /** Other tensors that `loss` reads; disposed by the loop after the step. */
  readonly kept: readonly tf.Tensor[];
}

/** Makes the goal of a batch [n, h, w, 3] from its images and labels; the caller owns the images. */
export type GoalOf = (images: tf.Tensor4D, labels: Uint8Array) => BatchGoal;

function countRight(logits: tf.Tensor2D, answers: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), answers), 'float32')) as tf.Scalar);
}

/**
 * Runs `settings.epochs` epochs of Nesterov SGD on the training split, or those of them in `span`, toward what `goalOf`
 * says of each batch. Yields after every step; the caller owns `model`. Forks `rng` once an epoch.
 * @throws DivergenceError when the loss is no longer a number.
 */
export async function* descend(
  model: Trainable,
  dataset: Dataset,
  settings: DescentSettings,
  rng: Rng,
  goalOf: GoalOf,
  span: EpochSpan = { from: 0, to: settings.epochs },
): AsyncGenerator<StepMetrics, void, void> {
  const pending: { loss: tf.Scalar; right: tf.Scalar; images: number }[] = [];
  try {
    const images = Math.min(settings.imagesPerEpoch, dataset.train.length);
    const batchSize = Math.min(settings.batchSize, images);
    const plan = { images, batchSize, augment: settings.augment };
    const stepsAnEpoch = epochBatches(dataset.train.length, plan);
    const steps = stepsAnEpoch * settings.epochs;
    let lastLoss: number | undefined;
    let step = stepsAnEpoch * span.from;
    for (let epoch = span.from; epoch < span.to; epoch++) {
      for (const batchPlan of epochPlans(dataset.train.length, plan, rng.fork(epoch))) {
        const learningRate = settings.learningRate * schedules[settings.schedule](step / steps);
        const batch = composeBatch(dataset.train, batchPlan, dataset);
        const input = tf.tensor4d(batch.images, [batchSize, dataset.height, dataset.width, 3]);
        const { loss, answers, kept } = goalOf(input, batch.labels);
        const result = model.step(input, loss, { ...settings, learningRate });
        pending.push({ loss: result.loss, right: countRight(result.logits, answers), images: batchSize });
        tf.dispose([input, result.logits, answers, ...kept]);
        step++;
        const epochEnd = step % stepsAnEpoch === 0;
        let metrics: { loss: number; accuracy: number } | undefined;
        if (step % REPORT_EVERY === 0 || epochEnd) {
          metrics = await readMetrics(pending);
          if (!(Math.abs(metrics.loss) < LOSS_LIMIT)) throw new DivergenceError(step, lastLoss, learningRate);
          lastLoss = metrics.loss;
        }
        yield {
          step,
          steps,
          epoch: step / stepsAnEpoch,
          learningRate,
          ...metrics,
          epochEnd,
          weights: () => model.read(),
        };
      }
    }
  } finally {
    for (const { loss, right } of pending) tf.dispose([loss, right]);
  }
}

async function readMetrics(pending: { loss: tf.Scalar; right: tf.Scalar; images: number }[]) {
  let loss = 0;
  let right = 0;
  let images = 0;
  for (const entry of pending) {
    loss += (await entry.loss.data())[0] * entry.images;
    right += (await entry.right.data())[0];
    images += entry.images;
    tf.dispose([entry.loss, entry.right]);
  }
  pending.length = 0;
  return { loss: loss / images, accuracy: right / images };
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
 * Learns the labels of the training split and returns the trained network. Batch norms are as their running averages
 * stand; after quantization-aware training they are re-estimated, because weights that oscillate between two levels spoil
 * the averages (M. Nagel et al., arXiv 2203.11086). Yields after every step.
 * @throws DivergenceError when the loss is no longer a number.
 */
export async function* train(
  network: Network,
  dataset: Dataset,
  settings: TrainSettings,
  quantAware?: QuantAware,
): AsyncGenerator<StepMetrics, Network, void> {
  const rng = createRng(settings.seed);
  const { epochs, labelSmoothing, progressive } = settings;
  const goalOf: GoalOf = (_, labels) => labelGoal(labels, dataset.classes.length, labelSmoothing);
  const stages = progressive && quantAware ? stagesOf(quantAware, epochs) : [{ from: 0, to: epochs, quantAware }];
  let trained = network;
  for (const stage of stages) {
    const model = new Trainable(trained, stage.quantAware);
    try {
      yield* descend(model, dataset, settings, rng, goalOf, stage);
      if (quantAware !== undefined && stage.to === epochs)
        reestimate(model, dataset, reestimationImages(network, dataset));
      trained = await model.read();
    } finally {
      model.dispose();
    }
  }
  return trained;
}

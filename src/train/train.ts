// Trains a network, float or under a policy's rounding, as an async generator: the caller decides when the next step
// runs, and stops by `return()`. Nothing here knows of workers or pages.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, epochBatches, epochPlans } from '../data/batch';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { createRng, type Rng } from '../math/rng';
import { type QuantAware, Trainable } from '../nn/trainable';
import { type ScheduleId, schedules } from './schedules';

export interface TrainSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: ScheduleId;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augment: boolean;
  /** Training images used an epoch; all when larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
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
const LOSS_LIMIT = 1e6;

/** Steps between two readings of loss and accuracy. */
const REPORT_EVERY = 5;

/** Cross-entropy with label smoothing, and the number of right answers; both scalars owned by the caller. */
function smoothedLoss(labels: Uint8Array, classes: number, smoothing: number) {
  return (logits: tf.Tensor2D) =>
    tf.tidy(() => {
      const hard = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes);
      const target = tf.add(tf.mul(tf.cast(hard, 'float32'), 1 - smoothing), smoothing / classes);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))) as tf.Scalar;
    });
}

function countRight(logits: tf.Tensor2D, labels: Uint8Array): tf.Scalar {
  return tf.tidy(() => {
    const right = tf.equal(tf.argMax(logits, 1), tf.tensor1d(Int32Array.from(labels), 'int32'));
    return tf.sum(tf.cast(right, 'float32')) as tf.Scalar;
  });
}

/**
 * Runs `settings.epochs` epochs of Nesterov SGD on the training split and returns the trained network. Batch norms are as
 * their running averages stand; after quantization-aware training they are re-estimated, because weights that oscillate
 * between two levels spoil the averages (M. Nagel et al., arXiv 2203.11086). Yields after every step.
 * @throws DivergenceError when the loss is no longer a number.
 */
export async function* train(
  network: Network,
  dataset: Dataset,
  settings: TrainSettings,
  quantAware?: QuantAware,
): AsyncGenerator<StepMetrics, Network, void> {
  const model = new Trainable(network, quantAware);
  const pending: { loss: tf.Scalar; right: tf.Scalar; images: number }[] = [];
  try {
    const rng: Rng = createRng(settings.seed);
    const images = Math.min(settings.imagesPerEpoch, dataset.train.length);
    const batchSize = Math.min(settings.batchSize, images);
    const plan = { images, batchSize, augment: settings.augment };
    const stepsAnEpoch = epochBatches(dataset.train.length, plan);
    const steps = stepsAnEpoch * settings.epochs;
    let lastLoss: number | undefined;
    let step = 0;
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      for (const batchPlan of epochPlans(dataset.train.length, plan, rng.fork(epoch))) {
        const learningRate = settings.learningRate * schedules[settings.schedule](step / steps);
        const batch = composeBatch(dataset.train, batchPlan, dataset);
        const input = tf.tensor4d(batch.images, [batchSize, dataset.height, dataset.width, 3]);
        const loss = smoothedLoss(batch.labels, dataset.classes.length, settings.labelSmoothing);
        const result = model.step(input, loss, { ...settings, learningRate });
        pending.push({ loss: result.loss, right: countRight(result.logits, batch.labels), images: batchSize });
        tf.dispose([input, result.logits]);
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
    if (quantAware !== undefined)
      reestimate(model, dataset, REESTIMATION_BATCHES, batchSize, rng.fork(settings.epochs));
    return await model.read();
  } finally {
    for (const { loss, right } of pending) tf.dispose([loss, right]);
    model.dispose();
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

/** Enough for the running averages, which keep 0.9 of their past at each batch, to forget it. */
const REESTIMATION_BATCHES = 32;

function reestimate(model: Trainable, dataset: Dataset, batches: number, batchSize: number, rng: Rng): void {
  const size = Math.min(batchSize, dataset.train.length);
  // A split of fewer batches is shown more than once.
  for (let left = size === 0 ? 0 : batches; left > 0; ) {
    for (const plan of epochPlans(
      dataset.train.length,
      { batchSize: size, images: size * left, augment: false },
      rng,
    )) {
      const { images } = composeBatch(dataset.train, plan, dataset);
      const input = tf.tensor4d(images, [size, dataset.height, dataset.width, 3]);
      model.updateRunning(input);
      input.dispose();
      left--;
    }
  }
}

/** Re-estimates the running means and variances of batch norms under a policy's rounding; the weights stay as they are. */
export async function reestimateBatchNorm(
  network: Network,
  dataset: Dataset,
  options: { readonly batchSize: number; readonly seed: number },
  quantAware?: QuantAware,
): Promise<Network> {
  const model = new Trainable(network, quantAware);
  try {
    reestimate(model, dataset, REESTIMATION_BATCHES, options.batchSize, createRng(options.seed));
    return await model.read();
  } finally {
    model.dispose();
  }
}

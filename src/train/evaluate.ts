// Measures a configured network on images of a split: accuracy with its interval, cross-entropy, predictions,
// and the logits on request. Yields after every batch, so that the caller can report progress, let others run, and
// stop.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset, ImageSet } from '../data/dataset';
import { layerCosts } from '../graph/cost';
import type { Inference } from '../nn/inference';
import { type PrefixCache, savedShare, stepsToKeep } from './prefixCache';

export interface EvaluateOptions {
  /** Images to measure: `from`, `from + 1`, ... `to - 1` of the split. */
  readonly from: number;
  readonly to: number;
  /** Batch size. Batches start at multiples of it, so that stages share cached ones. */
  readonly batchSize: number;
  readonly cache?: PrefixCache;
  /** Number of images the cache is sized for: those of the last stage. */
  readonly cacheImages?: number;
  readonly keepLogits?: boolean;
}

/** The measurement so far. */
export interface Evaluation {
  readonly images: number;
  readonly correct: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Predicted class, its margin and the cross-entropy of each image, starting with the first one measured. */
  readonly predictions: Uint8Array;
  readonly margins: Float32Array;
  readonly losses: Float32Array;
  /** [images, classes], only with `keepLogits`. */
  readonly logits?: Float32Array;
  /** Share of the multiplications that the cache saved so far. */
  readonly saved: number;
}

/** Cross-entropy of one image's logits, in nats; NaN if a logit is not finite. */
function crossEntropy(logits: Float32Array, start: number, classes: number, label: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) max = Math.max(max, logits[start + c]);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(logits[start + c] - max);
  return max + Math.log(sum) - logits[start + label];
}

function argmax(logits: Float32Array, start: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (logits[start + c] > logits[start + best]) best = c;
  return best;
}

/** The margin of class `best`: its softmax probability minus the runner-up's, in [0, 1]. */
function marginOf(logits: Float32Array, start: number, classes: number, best: number): number {
  const top = logits[start + best];
  let sum = 0;
  let second = 0;
  for (let c = 0; c < classes; c++) {
    const odds = Math.exp(logits[start + c] - top);
    sum += odds;
    if (c !== best) second = Math.max(second, odds);
  }
  return (1 - second) / sum;
}

/**
 * Evaluates `model` (configured by the caller) batch by batch. The last yielded value covers all requested images.
 * @throws Error when the logits are not finite.
 */
export async function* evaluate(
  model: Inference,
  dataset: Dataset,
  set: ImageSet,
  options: EvaluateOptions,
): AsyncGenerator<Evaluation, void, void> {
  const { from, to, batchSize, cache, keepLogits } = options;
  const classes = dataset.classes.length;
  const macs = new Map(layerCosts(model.network).map(({ id, macs }) => [id, macs]));
  const keep = stepsToKeep(model.steps, options.cacheImages ?? to, cache?.budgetBytes ?? 0);
  const predictions = new Uint8Array(to - from);
  const margins = new Float32Array(to - from);
  const losses = new Float32Array(to - from);
  const logits = keepLogits ? new Float32Array((to - from) * classes) : undefined;
  let correct = 0;
  let loss = 0;
  let saved = 0;
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / batchSize) + 1) * batchSize);
    const input = () => {
      const { images } = composeBatch(set, evaluationPlan(start, end - start), dataset);
      return tf.tensor4d(images, [end - start, dataset.height, dataset.width, 3]);
    };
    // A batch cut short by `to` has different images than the whole one with the same number.
    const whole = end - start === batchSize || end === set.length;
    const memo = cache !== undefined && whole ? cache.batch(start, keep) : undefined;
    const { logits: output, executed } = model.run(input, memo);
    const values = (await output.data()) as Float32Array;
    output.dispose();
    for (let i = 0; i < end - start; i++) {
      const label = set.label(start + i);
      const prediction = argmax(values, i * classes, classes);
      const entropy = crossEntropy(values, i * classes, classes, label);
      if (!Number.isFinite(entropy))
        throw new Error(
          `The network's output for image ${start + i} is not finite: its weights are damaged or its training diverged.`,
        );
      predictions[start - from + i] = prediction;
      margins[start - from + i] = marginOf(values, i * classes, classes, prediction);
      losses[start - from + i] = entropy;
      loss += entropy;
      if (prediction === label) correct++;
    }
    logits?.set(values, (start - from) * classes);
    saved += savedShare(model.steps, executed, macs) * (end - start);
    start = end;
    const images = end - from;
    yield {
      images,
      correct,
      loss: loss / images,
      predictions: predictions.subarray(0, images),
      margins: margins.subarray(0, images),
      losses: losses.subarray(0, images),
      ...(logits && { logits: logits.subarray(0, images * classes) }),
      saved: saved / images,
    };
  }
}

/** The last value of an evaluation. */
export async function finish(evaluation: AsyncGenerator<Evaluation, void, void>): Promise<Evaluation> {
  let last: Evaluation | undefined;
  for await (const value of evaluation) last = value;
  if (last === undefined) throw new Error('Nothing to evaluate: the split has no images.');
  return last;
}

/** [true class, predicted class]: number of images among the first `predictions.length` of a split. */
export function confusionOf(set: ImageSet, classes: number, predictions: Uint8Array): Uint32Array {
  const confusion = new Uint32Array(classes * classes);
  predictions.forEach((prediction, i) => {
    confusion[set.label(i) * classes + prediction]++;
  });
  return confusion;
}

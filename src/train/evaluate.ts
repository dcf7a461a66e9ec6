// Measures a configured network on images of a split: accuracy with its interval, cross-entropy, predictions,
// and the logits on request. Yields after every batch, so that the caller can report progress, let others run, and
// stop.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf, type Dataset, type ImageSet } from '../data/dataset';
import { layerCosts } from '../graph/cost';
import type { Network } from '../graph/network';
import type { Inference, StepMemo } from '../nn/inference';
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

/** A way to evaluate: `evaluate`, or one that splits the batches over several engines and gives the same bits. */
export type Evaluate = typeof evaluate;

/** Consecutive images [start, end) that are run together. */
export interface BatchSpan {
  readonly start: number;
  readonly end: number;
}

/** The batches of the images `from` to `to`: they start at multiples of the batch size, whatever the images. */
export function batchSpans({ from, to, batchSize }: Pick<EvaluateOptions, 'from' | 'to' | 'batchSize'>): BatchSpan[] {
  const spans: BatchSpan[] = [];
  for (let start = from; start < to; start = spans[spans.length - 1].end)
    spans.push({ start, end: Math.min(to, (Math.floor(start / batchSize) + 1) * batchSize) });
  return spans;
}

/** True if the batch is all of its number: one cut short has other images than the whole, so it is not cached. */
export function isWhole({ start, end }: BatchSpan, batchSize: number, length: number): boolean {
  return end - start === batchSize || end === length;
}

/** Counts logits batch by batch, in the order of the images, so that sums are the same to the bit however they came. */
export class Tally {
  private readonly from: number;
  private readonly classes: number;
  private readonly predictions: Uint8Array;
  private readonly margins: Float32Array;
  private readonly losses: Float32Array;
  private readonly logits: Float32Array | undefined;
  private images = 0;
  private correct = 0;
  private loss = 0;
  private saved = 0;

  constructor(
    dataset: Dataset,
    private readonly set: ImageSet,
    { from, to, keepLogits }: EvaluateOptions,
  ) {
    this.from = from;
    this.classes = dataset.classes.length;
    this.predictions = new Uint8Array(to - from);
    this.margins = new Float32Array(to - from);
    this.losses = new Float32Array(to - from);
    this.logits = keepLogits ? new Float32Array((to - from) * this.classes) : undefined;
  }

  /**
   * Adds the next batch: `values` are its logits, `saved` is the share of its multiplications that the cache saved.
   * @throws Error when the logits are not finite.
   */
  add({ start, end }: BatchSpan, values: Float32Array, saved: number): void {
    const { from, classes, set } = this;
    for (let i = 0; i < end - start; i++) {
      const label = set.label(start + i);
      const prediction = argmax(values, i * classes, classes);
      const entropy = crossEntropy(values, i * classes, classes, label);
      if (!Number.isFinite(entropy))
        throw new Error(
          `The network's output for image ${start + i} is not finite: its weights are damaged or its training diverged.`,
        );
      this.predictions[start - from + i] = prediction;
      this.margins[start - from + i] = marginOf(values, i * classes, classes, prediction);
      this.losses[start - from + i] = entropy;
      this.loss += entropy;
      if (prediction === label) this.correct++;
    }
    this.logits?.set(values, (start - from) * classes);
    this.saved += saved * (end - start);
    this.images = end - from;
  }

  /** The measurement so far; its means are NaN before the first batch. */
  get soFar(): Evaluation {
    const { images, correct, logits } = this;
    return {
      images,
      correct,
      loss: this.loss / images,
      predictions: this.predictions.subarray(0, images),
      margins: this.margins.subarray(0, images),
      losses: this.losses.subarray(0, images),
      ...(logits && { logits: logits.subarray(0, images * this.classes) }),
      saved: this.saved / images,
    };
  }
}

/**
 * Runs a configured network on a batch: its logits [n, classes], and the share of the multiplications that `memo` saved.
 * `macs` comes from `macsOf`.
 */
export async function runBatch(
  model: Inference,
  macs: ReadonlyMap<string, number>,
  input: () => tf.Tensor4D,
  memo: StepMemo | undefined,
): Promise<{ readonly values: Float32Array; readonly saved: number }> {
  const { logits, executed } = model.run(input, memo);
  const values = (await logits.data()) as Float32Array;
  logits.dispose();
  return { values, saved: savedShare(model.steps, executed, macs) };
}

/** The images [start, end) of a set as a tensor [n, h, w, channels]; the caller disposes it. */
export function batchTensor(
  set: ImageSet,
  dataset: Pick<Dataset, 'height' | 'width' | 'normalization'>,
  { start, end }: BatchSpan,
): tf.Tensor4D {
  const { images } = composeBatch(set, evaluationPlan(start, end - start), dataset);
  return tf.tensor4d(images, [end - start, dataset.height, dataset.width, channelsOf(dataset)]);
}

/** Multiplications of each layer for one image. */
export function macsOf(network: Network): ReadonlyMap<string, number> {
  return new Map(layerCosts(network).map(({ id, macs }) => [id, macs]));
}

/**
 * Evaluates `model` (configured by the caller) batch by batch. The last yielded value covers all requested images. Before
 * it goes on, the caller may let other jobs run, but must configure the model as it was.
 * @throws Error when the logits are not finite.
 */
export async function* evaluate(
  model: Inference,
  dataset: Dataset,
  set: ImageSet,
  options: EvaluateOptions,
): AsyncGenerator<Evaluation, void, void> {
  const { to, batchSize, cache } = options;
  const macs = macsOf(model.network);
  const keep = stepsToKeep(model.steps, options.cacheImages ?? to, cache?.budgetBytes ?? 0);
  const tally = new Tally(dataset, set, options);
  for (const span of batchSpans(options)) {
    const memo = isWhole(span, batchSize, set.length) ? cache?.batch(span.start, keep) : undefined;
    const { values, saved } = await runBatch(model, macs, () => batchTensor(set, dataset, span), memo);
    tally.add(span, values, saved);
    yield tally.soFar;
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

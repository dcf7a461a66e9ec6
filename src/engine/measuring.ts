// The commands that measure: a policy in growing stages, the sensitivity table; and images to look at.
import type { Dataset, ImageSet } from '../data/dataset';
import type { DatasetId } from '../data/registry';
import { type BitWidth, checkPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { pairedDifference, wilson } from '../math/statistics';
import { calibrationOf } from '../quant/registry';
import type { ActivationRanges } from '../rounding/rounding';
import { accuracyPerClass, type Evaluation, evaluate } from '../train/evaluate';
import { measureSensitivity } from '../train/sensitivity';
import { differenceFrom } from './floatNetwork';
import {
  type ConfiguredModel,
  EVALUATION_BATCH,
  type LoadedModel,
  type Reference,
  type SplitName,
} from './loadedModel';
import type { HandlerContext, Params, Progress } from './protocol/commands';
import type { Flips, LabeledImage, Measurement, SensitivityEntry, SensitivityTable } from './protocol/measuring';
import type { Job } from './scheduler';

/** Milliseconds on the engine's clock. */
export type Clock = () => number;

/** Widths that the sensitivity table covers. */
const WEIGHT_BITS: readonly BitWidth[] = [1, 2, 3, 4, 5, 6, 7, 8];
const ACTIVATION_BITS: readonly BitWidth[] = [2, 3, 4, 5, 6, 7, 8];

/** Milliseconds between two reports within a stage. */
const REPORT_INTERVAL = 400;

/** An image that the split does not have. */
export class UnknownImageError extends Error {
  override readonly name = 'UnknownImageError';
}

/** The images that a policy and the float network see differently, and the count of those that one of them gets right. */
function compare(set: ImageSet, predictions: Uint8Array, margins: Float32Array, reference: Reference) {
  const index: number[] = [];
  predictions.forEach((prediction, i) => {
    if (prediction !== reference.predictions[i]) index.push(i);
  });
  const flips: Flips = {
    index: Uint32Array.from(index),
    label: Uint8Array.from(index, (i) => set.label(i)),
    float: Uint8Array.from(index, (i) => reference.predictions[i]),
    now: Uint8Array.from(index, (i) => predictions[i]),
    floatMargin: Float32Array.from(index, (i) => reference.margins[i]),
    margin: Float32Array.from(index, (i) => margins[i]),
  };
  const gained = flips.now.filter((now, k) => now === flips.label[k]).length;
  const lost = flips.float.filter((float, k) => float === flips.label[k]).length;
  return { flips, againstFloat: pairedDifference(gained, lost, predictions.length) };
}

/** Measures a policy in stages, each adding images to the one before; reports after every stage and in between. */
export function evaluatePolicy(
  model: LoadedModel,
  dataset: Dataset,
  params: Params<'evaluate'>,
  context: HandlerContext<Progress<'evaluate'>>,
  job: Job,
  now: Clock,
): Promise<Measurement> {
  const policy = checkPolicy(model.network, params.policy);
  return model.under(policy, params.scheme, (place) =>
    evaluateInStages(model, place, dataset, { ...params, policy }, context, job, now),
  );
}

async function evaluateInStages(
  model: LoadedModel,
  place: ConfiguredModel,
  dataset: Dataset,
  { policy, scheme, split, stages }: Params<'evaluate'>,
  { signal, report }: HandlerContext<Progress<'evaluate'>>,
  job: Job,
  now: Clock,
): Promise<Measurement> {
  const set = dataset[split];
  const source = model.checkpoint.trainedFrom;
  const ends = [...new Set(stages.map((stage) => Math.min(stage, set.length)))];
  const last = ends[ends.length - 1];
  const predictions = new Uint8Array(last);
  const margins = new Float32Array(last);
  let correct = 0;
  let loss = 0;
  let done = 0;
  let savedImages = 0;
  let seconds = 0;
  let lastReport = now();

  const measurement = (
    part: Evaluation | undefined,
    base: number,
    final: boolean,
    reference: Reference,
  ): Measurement => {
    const images = base + (part?.images ?? 0);
    const known = predictions.slice(0, images);
    const right = correct + (part?.correct ?? 0);
    return {
      policy,
      scheme,
      fingerprint: model.fingerprint,
      split,
      accuracy: wilson(right, images),
      loss: (loss + (part ? part.loss * part.images : 0)) / images,
      ...compare(set, known, margins, reference),
      ...(source && split === 'test' && { againstSource: differenceFrom(source, known, set) }),
      perClass: accuracyPerClass(set, dataset.classes.length, known),
      predictions: known,
      imagesPerSecond: images / Math.max(1e-3, seconds),
      saved: (savedImages + (part ? part.saved * part.images : 0)) / images,
      final,
    };
  };

  let result: Measurement | undefined;
  for (const end of ends) {
    const reference = await model.reference(split, end, job, signal);
    // Another evaluation may have configured the model while this one waited for its turn.
    place.configure();
    let part: Evaluation | undefined;
    let started = now();
    const cache = place.cache(split);
    const options = { from: done, to: end, batchSize: EVALUATION_BATCH, cacheImages: last, ...(cache && { cache }) };
    for await (part of evaluate(place.model, dataset, set, options)) {
      seconds += (now() - started) / 1000;
      predictions.set(part.predictions, done);
      margins.set(part.margins, done);
      if (now() - lastReport > REPORT_INTERVAL && done + part.images < end) {
        lastReport = now();
        report(measurement(part, done, false, reference));
      }
      await job.yieldTurn();
      signal.throwIfAborted();
      place.configure();
      started = now();
    }
    if (part !== undefined) {
      correct += part.correct;
      loss += part.loss * part.images;
      savedImages += part.saved * part.images;
    }
    done = end;
    lastReport = now();
    result = measurement(undefined, done, end === last, reference);
    if (end !== last) report(result);
  }
  if (result === undefined) throw new Error('An evaluation needs at least one stage of at least one image.');
  return result;
}

/**
 * Image `index` of a split, to be drawn.
 * @throws UnknownImageError
 */
export function labeledImage(dataset: Dataset, split: SplitName, index: number): LabeledImage {
  const { height, width } = dataset;
  const set = dataset[split];
  if (!Number.isInteger(index) || index < 0 || index >= set.length)
    throw new UnknownImageError(`There is no ${split} image ${index}; choose one from 0 to ${set.length - 1}.`);
  const rgb = new Uint8Array(height * width * 3);
  set.read(index, rgb, 0);
  const pixels = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let p = 0; p < height * width; p++) pixels.set(rgb.subarray(p * 3, p * 3 + 3), p * 4);
  return { index, width, height, pixels, label: set.label(index) };
}

/** Measures the sensitivity table in the background, reporting cell by cell. */
export async function sensitivityTable(
  model: LoadedModel,
  datasetId: DatasetId,
  dataset: Dataset,
  { scheme, images, activations }: Params<'sensitivity'>,
  { signal, report }: HandlerContext<Progress<'sensitivity'>>,
  job: Job,
): Promise<SensitivityTable> {
  const { calibrated } = model;
  const network = calibrated.base(scheme);
  const rangesAt = (bits: BitWidth) => calibrated.rangesFor(uniformPolicy(network, FLOAT, bits), scheme);
  const widths = activations && calibrationOf(scheme).range === 'mse' ? ACTIVATION_BITS : [8 as const];
  const known = new Map<BitWidth, ActivationRanges>();
  for (const bits of widths) known.set(bits, await rangesAt(bits));
  const ranges = (bits: BitWidth) => (known.get(bits) ?? known.get(8)) as ActivationRanges;
  const turn = async () => {
    await job.yieldTurn();
    signal.throwIfAborted();
  };
  const options = {
    images,
    batchSize: EVALUATION_BATCH,
    weightBits: WEIGHT_BITS,
    activationBits: activations ? ACTIVATION_BITS : [],
    turn,
  };
  const entries: SensitivityEntry[] = [];
  let float = { loss: Number.NaN, accuracy: Number.NaN };
  for await (const step of measureSensitivity(network, dataset, scheme, ranges, options)) {
    float = step.float;
    if (step.cell !== undefined) entries.push(step.cell);
    report({ done: entries.length, total: step.total, entries: step.cell === undefined ? [] : [step.cell] });
  }
  return {
    network: model.id,
    dataset: datasetId,
    scheme,
    fingerprint: model.fingerprint,
    images: Math.min(images, dataset.validation.length),
    floatLoss: float.loss,
    floatAccuracy: float.accuracy,
    entries,
  };
}

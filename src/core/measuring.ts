// Measures a policy on images of a split in growing stages, alone or beside the float network.
import type { ImageSet } from '../data/dataset';
import { checkPolicy } from '../graph/policy';
import { pairedDifference, wilson } from '../math/statistics';
import { confusionOf, type Evaluation } from '../train/evaluate';
import { differenceFrom } from './floatNetwork';
import type { LoadedModel, Reference } from './loadedModel';
import type { Flips, Measured, Measurement, MeasureParams } from './measurement';
import type { Clock, Turn } from './turn';

/** Milliseconds between two reports within a stage. */
const REPORT_INTERVAL = 400;

/**
 * Measures a policy in stages, each adding images to the stage before. Yields during stages and after every stage but the
 * last, whose result is the return value.
 */
export async function* measure(
  model: LoadedModel,
  { policy: given, scheme, split, stages }: MeasureParams,
  turn: Turn,
  now: Clock,
): AsyncGenerator<Measured, Measured, void> {
  const policy = checkPolicy(model.network, given);
  const { dataset } = model;
  const set = dataset[split];
  const ends = [...new Set(stages.map((stage) => Math.min(stage, set.length)))];
  const last = ends[ends.length - 1];
  const predictions = new Uint8Array(last);
  const margins = new Float32Array(last);
  let [done, correct, loss, savedImages, seconds] = [0, 0, 0, 0, 0];

  /** The measurement so far: whole stages, plus a part of the current one if given. */
  const measured = (part: Evaluation | undefined, final: boolean): Measured => {
    const images = done + (part?.images ?? 0);
    const known = predictions.slice(0, images);
    return {
      policy,
      scheme,
      fingerprint: model.fingerprint,
      split,
      accuracy: wilson(correct + (part?.correct ?? 0), images),
      loss: mean(loss, part?.loss ?? 0, part?.images ?? 0),
      confusion: confusionOf(set, dataset.classes.length, known),
      predictions: known,
      margins: margins.slice(0, images),
      imagesPerSecond: images / Math.max(1e-3, seconds),
      saved: mean(savedImages, part?.saved ?? 0, part?.images ?? 0),
      final,
    };
  };
  /** The mean over the finished images and `more` others. */
  const mean = (before: number, other: number, more: number): number =>
    more === 0 ? before : done === 0 ? other : (before * done + other * more) / (done + more);

  const place = await model.under(policy, scheme, turn);
  try {
    let lastReport = now();
    let result: Measured | undefined;
    for (const end of ends) {
      let part: Evaluation | undefined;
      // Another job may have configured the model since the last batch.
      place.configure();
      let started = now();
      const cache = place.cache(split);
      const options = { from: done, to: end, batchSize: model.batchSize, cacheImages: last, ...(cache && { cache }) };
      for await (part of model.evaluate(place.model, dataset, set, options)) {
        seconds += (now() - started) / 1000;
        predictions.set(part.predictions, done);
        margins.set(part.margins, done);
        // A pool may have nothing yet.
        if (part.images > 0 && now() - lastReport > REPORT_INTERVAL && done + part.images < end) {
          lastReport = now();
          yield measured(part, false);
        }
        await turn();
        place.configure();
        started = now();
      }
      if (part !== undefined) {
        loss = mean(loss, part.loss, part.images);
        savedImages = mean(savedImages, part.saved, part.images);
        correct += part.correct;
      }
      done = end;
      lastReport = now();
      result = measured(undefined, end === last);
      if (end !== last) yield result;
    }
    if (result === undefined) throw new Error('An evaluation needs at least one stage of at least one image.');
    return result;
  } finally {
    place.dispose();
  }
}

/**
 * The images that a policy and the float network classify differently, and the count of those that one of the two gets
 * right.
 */
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

/** As `measure`, each report compared with the float network on the same images. */
export async function* measureAgainstFloat(
  model: LoadedModel,
  params: MeasureParams,
  turn: Turn,
  now: Clock,
): AsyncGenerator<Measurement, Measurement, void> {
  const { checkpoint, dataset } = model;
  const set = dataset[params.split];
  const source = checkpoint.trainedFrom;
  const compared = async ({ margins, ...measured }: Measured): Promise<Measurement> => {
    const { predictions, split } = measured;
    const reference = await model.reference(split, predictions.length, turn);
    return {
      ...measured,
      ...compare(set, predictions, margins, reference),
      ...(source && split === 'test' && { againstSource: differenceFrom(source, predictions, set) }),
    };
  };
  const run = measure(model, params, turn, now);
  try {
    for (;;) {
      const { value, done } = await run.next();
      const measurement = await compared(value);
      if (done) return measurement;
      yield measurement;
    }
  } finally {
    await run.return(undefined as never);
  }
}

// The original float network, which later weights stay compared with. Weights trained under rounding are not a float
// network: unrounded, they may be worse than rounded. So they carry the predictions of the network that they were trained
// from.
import type { Dataset, ImageSet } from '../data/dataset';
import { type PairedDifference, type Proportion, pairedDifference, wilson } from '../math/statistics';
import type { FloatAnswers } from './foundNetwork';
import type { LoadedModel } from './loadedModel';
import type { MeasuredSplit } from './measurement';
import type { TrainOptions } from './trainOptions';
import type { Turn } from './turn';

/**
 * The float predictions that `model` passes to weights trained from it with these options: undefined for float training,
 * whose result is a float network; null if there was no float network before.
 */
export async function trainedFrom(
  model: LoadedModel,
  { policy, fromScratch, learnFrom }: Pick<TrainOptions, 'policy' | 'fromScratch' | 'learnFrom'>,
  turn: Turn,
): Promise<FloatAnswers | null | undefined> {
  if (policy === undefined) return undefined;
  const { checkpoint, dataset } = model;
  // Training on the float network's predictions starts from the float network.
  if (checkpoint.origin === 'initial' || (fromScratch && learnFrom !== 'float')) return null;
  if (checkpoint.trainedFrom !== undefined) return checkpoint.trainedFrom;
  const { test } = dataset;
  const { predictions } = await model.reference('test', test.length, turn);
  const right = Array.from(predictions, (prediction, i) => (prediction === test.label(i) ? '1' : '0')).join('');
  const correct = right.replaceAll('0', '').length;
  return { origin: checkpoint.origin, accuracy: wilson(correct, test.length), right, images: dataset.fingerprint };
}

/** The stored predictions if they belong to these images; otherwise null. */
export function answersHere(answers: FloatAnswers | null, { fingerprint }: Dataset): FloatAnswers | null {
  return answers?.images === fingerprint ? answers : null;
}

/** Accuracy of the float network on the first `n` test images. */
export function accuracyWithin({ right }: FloatAnswers, n: number): Proportion {
  return wilson(right.slice(0, n).replaceAll('0', '').length, n);
}

/** Accuracy of the current weights, unrounded, on the first `images` of a split. */
export async function unroundedAccuracy(
  model: LoadedModel,
  split: MeasuredSplit,
  images: number,
  turn: Turn,
): Promise<Proportion> {
  const { predictions } = await model.reference(split, images, turn);
  const set = model.dataset[split];
  return wilson(predictions.subarray(0, images).filter((prediction, i) => prediction === set.label(i)).length, images);
}

/** Paired difference between predictions for the first test images and those of the float network. */
export function differenceFrom({ right }: FloatAnswers, predictions: Uint8Array, test: ImageSet): PairedDifference {
  let gained = 0;
  let lost = 0;
  predictions.forEach((prediction, i) => {
    const now = prediction === test.label(i);
    if (now && right[i] === '0') gained++;
    if (!now && right[i] === '1') lost++;
  });
  return pairedDifference(gained, lost, predictions.length);
}

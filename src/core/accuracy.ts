// Accuracy on the first images of a split, and paired comparison of two networks on the same images.

import type { Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { type PairedDifference, type Proportion, pairedDifference, wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import type { QuantScheme } from '../quant/registry';
import { floatRounding, type Rounding } from '../rounding/rounding';
import type { Calibrated } from '../train/calibrated';
import { type Evaluate, evaluate as evaluateHere } from '../train/evaluate';
import type { MeasuredSplit } from './measurement';
import { alone, type Turn } from './turn';

/** Two networks on the same images. `verdict` is on the second: `chance`, or the result of the paired difference. */
export interface Comparison {
  readonly before: Proportion;
  readonly after: Proportion;
  /** After minus before. */
  readonly difference: PairedDifference;
  readonly verdict: 'chance' | 'worse' | 'same' | 'better';
}

/** Images of a split, the first ones unless `from` is given. */
export interface SomeImages {
  readonly dataset: Dataset;
  readonly split: MeasuredSplit;
  readonly from?: number;
  /** Number of images, capped by the split. */
  readonly images: number;
  /** How they are evaluated, e.g. by a pool; by default here. */
  readonly evaluate?: Evaluate;
}

/** What a network answers to images. */
export interface Answers {
  /** For each image, 1 if the network is right. */
  readonly right: Uint8Array;
  /** Mean probability of the right class, and mean cross-entropy in nats; NaN without images. */
  readonly odds: number;
  readonly loss: number;
}

/** The answers of a network to images, under a rounding, or in float without one. */
export async function answers(
  network: Network,
  { dataset, split, from = 0, images, evaluate = evaluateHere }: SomeImages,
  rounding: Rounding = floatRounding(network),
  turn: Turn = alone,
): Promise<Answers> {
  const set = dataset[split];
  const to = Math.min(from + images, set.length);
  const right = new Uint8Array(Math.max(0, to - from));
  let [odds, loss] = [Number.NaN, Number.NaN];
  const model = new Inference(network);
  try {
    model.configure(rounding);
    const options = { from, to, batchSize: imagesAtOnce(network) };
    // Before the first batch too: a pool takes who asks last for the most urgent.
    await turn();
    for await (const seen of evaluate(model, dataset, set, options)) {
      seen.predictions.forEach((prediction, i) => {
        right[i] = Number(prediction === set.label(from + i));
      });
      odds = seen.losses.reduce((total, entropy) => total + Math.exp(-entropy), 0) / seen.images;
      loss = seen.loss;
      await turn();
    }
    return { right, odds, loss };
  } finally {
    model.dispose();
  }
}

/** For each image, 1 if the network is right under a rounding, or in float without one. */
export async function hits(
  network: Network,
  images: SomeImages,
  rounding?: Rounding,
  turn: Turn = alone,
): Promise<Uint8Array> {
  return (await answers(network, images, rounding, turn)).right;
}

/** The answers of the network calibrated for a policy as in every measurement; of the float network without one. */
export async function answersAsMeasured(
  calibrated: Calibrated,
  images: SomeImages,
  { policy, scheme }: { readonly policy?: BitPolicy | undefined; readonly scheme?: QuantScheme },
  turn: Turn,
): Promise<Answers> {
  if (policy === undefined || scheme === undefined) return answers(calibrated.network, images, undefined, turn);
  const ranges = await calibrated.rangesFor(policy, scheme, turn);
  return answers(await calibrated.networkFor(policy, scheme, turn), images, { policy, scheme, ranges }, turn);
}

/** As `hits`, with the network calibrated for the policy as in every measurement. */
export async function hitsAsMeasured(
  calibrated: Calibrated,
  images: SomeImages,
  rounded: { readonly policy?: BitPolicy; readonly scheme?: QuantScheme },
  turn: Turn,
): Promise<Uint8Array> {
  return (await answersAsMeasured(calibrated, images, rounded, turn)).right;
}

const sum = (right: Uint8Array) => right.reduce((a, b) => a + b, 0);

/** The share of hits. */
export const shareOf = (right: Uint8Array) => wilson(sum(right), right.length);

/**
 * Compares two networks on the same images. `chance`: the first beat guessing one of `classes`, and the second cannot be
 * told from guessing. Otherwise `worse` or `better` if the 95 % interval of the paired difference excludes 0.
 */
export function compare(first: Uint8Array, second: Uint8Array, classes: number): Comparison {
  const [before, after] = [shareOf(first), shareOf(second)];
  const gained = sum(second.map((right, i) => right & ~first[i] & 1));
  const lost = sum(first.map((right, i) => right & ~second[i] & 1));
  const difference = pairedDifference(gained, lost, first.length);
  const fell = before.lower > 1 / classes && after.lower <= 1 / classes;
  const verdict = fell ? 'chance' : difference.upper < 0 ? 'worse' : difference.lower > 0 ? 'better' : 'same';
  return { before, after, difference, verdict };
}

// "May lose at most so many points": what a run of a search can claim of its policies, on validation images behind those
// that it searched on.
import type { Dataset } from '../data/dataset';
import { packedBytes } from '../formats/packed';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { type PairedDifference, type Proportion, wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import { floatRounding } from '../rounding/rounding';
import { type LossProof, ladder, proveLoss } from '../search/lossProof';
import type { Score } from '../search/method';
import type { RunPoint } from '../search/run';
import { SettingsError } from '../search/settingsError';
import { evaluate } from '../train/evaluate';
import { compare, hits, hitsAsMeasured, type SomeImages, shareOf } from './accuracy';
import { EVALUATION_BATCH, type LoadedModel } from './loadedModel';
import type { SearchSettings } from './searching';
import type { Turn } from './turn';

export interface LossParams {
  readonly setting: SearchSettings;
  readonly points: readonly RunPoint[];
  /** The loss that is allowed, as a share of the images: 0.01 for one point. */
  readonly most: number;
  /** Images of the test split on which the claim is looked at once, at the end; 0 for none. */
  readonly testImages: number;
}

/** A policy that was tried, and the bytes of its packed file. */
export interface TriedPolicy extends LossProof {
  readonly bytes: number;
}

/** What was tried, largest first, and what is proved of it. */
export interface LossClaim {
  /** Accuracy of the float network on the images of the proof. */
  readonly float: Proportion;
  readonly tried: readonly TriedPolicy[];
  /** The smallest that is proved; absent where nothing is. */
  readonly proved?: TriedPolicy;
  /** The same policy on test images. */
  readonly tested?: PairedDifference;
}

/**
 * Proves which policy of a run loses at most `most` against the float network: the smallest one, with 95 % confidence, on
 * the validation images that the search has not seen. Yields each policy that is tried.
 * @throws SettingsError for policies that were fine-tuned, whose weights are gone, and where no image is left.
 */
export async function* proveLosingAtMost(
  { calibrated, dataset }: LoadedModel,
  { setting, points, most, testImages }: LossParams,
  turn: Turn,
): AsyncGenerator<TriedPolicy, LossClaim, void> {
  const { scheme, images: searched, steps } = setting;
  if (steps > 0)
    throw new SettingsError('Losses are proved of policies as they are rounded: set fine-tuning to 0 steps.');
  const unseen = dataset.validation.length - searched;
  if (unseen <= 0)
    throw new SettingsError(
      `The search used all ${dataset.validation.length} validation images: allow it fewer, so that others are left for the proof.`,
    );
  const images: SomeImages = { dataset, split: 'validation', from: searched, images: unseen };
  const network = calibrated.base(scheme);
  const bytesOf = (policy: BitPolicy) => packedBytes(network, policy, scheme);
  const float = await hits(network, images, undefined, turn);
  const policies = ladder(points, await levelOf(network, dataset, searched, turn), most, bytesOf);
  const hitsOf = (policy: BitPolicy, on = images) => hitsAsMeasured(calibrated, on, { policy, scheme }, turn);
  const tried: TriedPolicy[] = [];
  for await (const proof of proveLoss(policies, most, float, (policy) => hitsOf(policy))) {
    tried.push({ ...proof, bytes: bytesOf(proof.policy) });
    yield tried[tried.length - 1];
  }
  const proved = tried.filter((proof) => proof.proved).at(-1);
  if (proved === undefined) return { float: shareOf(float), tried };
  if (testImages === 0) return { float: shareOf(float), tried, proved };
  const test: SomeImages = { dataset, split: 'test', images: testImages };
  const before = await hits(network, test, undefined, turn);
  const { difference: tested } = compare(before, await hitsOf(proved.policy, test), dataset.classes.length);
  return { float: shareOf(float), tried, proved, tested };
}

/** Accuracy and cross-entropy of the float network on the images of the search. */
async function levelOf(network: Network, dataset: Dataset, images: number, turn: Turn): Promise<Score> {
  const model = new Inference(network);
  try {
    model.configure(floatRounding(network));
    let level = { correct: 0, loss: Number.NaN };
    const options = { from: 0, to: images, batchSize: EVALUATION_BATCH };
    for await (level of evaluate(model, dataset, dataset.validation, options)) await turn();
    return { accuracy: wilson(level.correct, images), loss: level.loss };
  } finally {
    model.dispose();
  }
}

// "May lose at most so many points": what a search run can claim, proved on the validation images that follow those of the
// search.
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
  /** The allowed loss, as a share of the images: 0.01 for one point. */
  readonly most: number;
  /** Test images for one final check of the claim; 0 for none. */
  readonly testImages: number;
}

/** A tested policy, and the bytes of its packed file. */
export interface TriedPolicy extends LossProof {
  readonly bytes: number;
}

/** The tested policies, largest first, and the proved claim. */
export interface LossClaim {
  /** Accuracy of the float network on the images of the proof. */
  readonly float: Proportion;
  readonly tried: readonly TriedPolicy[];
  /** The smallest proved policy; absent if none is proved. */
  readonly proved?: TriedPolicy;
  /** The same policy on test images. */
  readonly tested?: PairedDifference;
}

/**
 * Proves which policy of a run loses at most `most` against the float network: the smallest such policy, with 95 %
 * confidence, on validation images unseen by the search. Yields each tested policy.
 * @throws SettingsError for fine-tuned policies, whose weights are not kept, and if no unseen image is left.
 */
export async function* proveLosingAtMost(
  { calibrated, dataset }: LoadedModel,
  { setting, points, most, testImages }: LossParams,
  turn: Turn,
): AsyncGenerator<TriedPolicy, LossClaim, void> {
  const { scheme, images: searched, steps } = setting;
  if (steps > 0)
    throw new SettingsError(
      'Losses can be proved only for policies rounded without fine-tuning: set fine-tuning to 0 steps.',
    );
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

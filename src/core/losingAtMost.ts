// "May lose at most so many points": what a search can claim. Its policies are narrowed down on the images of the search, and
// proved on the validation images that follow those.
import { packedBytes } from '../formats/packed';
import type { BitPolicy } from '../graph/policy';
import type { PairedDifference } from '../math/statistics';
import { frontByTable } from '../search/allocation/byTable';
import { isUsable } from '../search/chosen';
import type { HarmTable } from '../search/harmTable';
import { ladder, narrow, type Probe } from '../search/lossLadder';
import { checkLoss, flipsBetween, type LossProof, proveLoss } from '../search/lossProof';
import type { SearchPoint } from '../search/method';
import { frontOf, type RunPoint } from '../search/run';
import { SettingsError } from '../search/settingsError';
import { createSpace } from '../search/space';
import { type Answers, answersAsMeasured, compare, hits, hitsAsMeasured, type SomeImages, shareOf } from './accuracy';
import type { LoadedModel } from './loadedModel';
import type { SearchSettings } from './searching';
import type { Turn } from './turn';

export interface LossParams {
  readonly setting: SearchSettings;
  readonly points: readonly RunPoint[];
  /** The method's table, whose front is narrowed down instead of the points. */
  readonly table?: HarmTable | undefined;
  /** The allowed loss, as a share of the images: 0.01 for one point. */
  readonly most: number;
  /** Test images for one final check of the claim; 0 for none. */
  readonly testImages: number;
}

/** A tested policy, and the bytes of its packed file. */
export interface TriedPolicy extends LossProof {
  readonly bytes: number;
}

/** A policy measured on the images of the search to find where the proof should start, or one look of a proof. */
export type LossProgress =
  | { readonly kind: 'probed'; readonly point: SearchPoint; readonly forward: number }
  | { readonly kind: 'tested'; readonly tried: TriedPolicy };

/** The tested policies, largest first, and the proved claim. */
export interface LossClaim {
  /** The allowed loss, as a share. */
  readonly most: number;
  /** Validation images of the proof, which no choice has used. */
  readonly images: number;
  readonly tried: readonly TriedPolicy[];
  /** The smallest proved policy; absent if none is proved. */
  readonly proved?: TriedPolicy;
  /** The same policy on test images. */
  readonly tested?: PairedDifference;
}

/** Policies of a table's front: about 5 % more bytes from one to the next. */
const FRONT_POINTS = 40;

/** The policies that may be claimed, the largest first. */
export function candidatesOf(
  { calibrated, dataset }: Pick<LoadedModel, 'calibrated' | 'dataset'>,
  {
    setting: { scheme, allowed, limits },
    points,
    table,
  }: Pick<LossParams, 'points' | 'table'> & { readonly setting: Pick<SearchSettings, 'scheme' | 'allowed' | 'limits'> },
  bytesOf: (policy: BitPolicy) => number,
): BitPolicy[] {
  const everything = { measure: 'memory', most: Number.MAX_SAFE_INTEGER } as const;
  const front =
    table === undefined
      ? frontOf(points.filter(isUsable), bytesOf)
      : frontByTable(
          table,
          createSpace(calibrated.base(scheme), scheme, allowed, limits.length > 0 ? limits : [everything], dataset),
          FRONT_POINTS,
        );
  return front.map(({ policy }) => policy).sort((a, b) => bytesOf(b) - bytesOf(a));
}

/** What a proof is about, apart from the networks: its candidates, the largest first, and images. */
export interface ProofParams {
  readonly candidates: readonly BitPolicy[];
  readonly bytesOf: (policy: BitPolicy) => number;
  /** The allowed loss, as a share. */
  readonly most: number;
  /** Images of the search, and those behind them, which the proof may look at. */
  readonly searched: number;
  readonly unseen: number;
  /** The answers under a policy, or in float without one, to the images `from` to `to`. */
  readonly answersOf: (policy: BitPolicy | undefined, from: number, to: number) => Promise<Answers>;
  /** Classes, of which a network might guess one. */
  readonly classes: number;
  /** Images that a probe costs besides those it is measured on. */
  readonly corrected: number;
}

/**
 * Proves which of the candidates loses at most `most` against the float network.
 * @throws SettingsError for a float network that answers no better than guessing.
 */
export async function* proveWithin(params: ProofParams): AsyncGenerator<LossProgress, LossClaim, void> {
  const { candidates, bytesOf, most, searched, unseen, answersOf, classes, corrected } = params;
  const float = await answersOf(undefined, 0, searched);
  const known = shareOf(float.right);
  if (known.lower <= 1 / classes)
    throw new SettingsError(
      `The float network answers ${Math.round(100 * known.value)} % of ${known.n} images correctly, no better than guessing one of ${classes} classes, so there is no accuracy to lose. Are these its images and labels?`,
    );

  const probes: Probe[] = [];
  const points: SearchPoint[] = [];
  const probe = async (policy: BitPolicy): Promise<Probe> => {
    const { right, odds, loss } = await answersOf(policy, 0, searched);
    points.push({ policy, accuracy: shareOf(right), loss, steps: 0, role: 'candidate' });
    return { ...flipsBetween(float.right, right), policy, bytes: bytesOf(policy), fall: float.odds - odds };
  };
  for await (const one of narrow(candidates, most, unseen, probe)) {
    probes.push(one);
    yield { kind: 'probed', point: points[points.length - 1], forward: one.n + corrected };
  }

  const tried: TriedPolicy[] = [];
  const policies = ladder(probes, most, unseen).map(({ policy }) => policy);
  const hitsOf = async (policy: BitPolicy | undefined, from: number, to: number) =>
    (await answersOf(policy, searched + from, searched + to)).right;
  for await (const proof of proveLoss(policies, most, unseen, hitsOf)) {
    const one = { ...proof, bytes: bytesOf(proof.policy) };
    if (one.state !== 'open') tried.push(one);
    yield { kind: 'tested', tried: one };
  }
  const proved = tried.filter(({ state }) => state === 'proved').at(-1);
  return { most, images: unseen, tried, ...(proved && { proved }) };
}

/**
 * Proves which policy of a search loses at most `most` against the float network: the smallest such policy, with 95 %
 * confidence, on validation images unseen by the search.
 * @throws SettingsError where `checkLoss` and `proveWithin` do.
 */
export async function* proveLosingAtMost(
  model: LoadedModel,
  params: LossParams,
  turn: Turn,
): AsyncGenerator<LossProgress, LossClaim, void> {
  const { calibrated, dataset, evaluate } = model;
  const { setting, most, testImages } = params;
  const { scheme, images: searched } = setting;
  checkLoss(setting, dataset.validation.length);
  const network = calibrated.base(scheme);
  const bytesOf = (policy: BitPolicy) => packedBytes(network, policy, scheme);
  const claim = yield* proveWithin({
    ...{ bytesOf, most, searched, classes: dataset.classes.length },
    candidates: candidatesOf(model, params, bytesOf),
    unseen: dataset.validation.length - searched,
    corrected: calibrated.correctionImages(scheme),
    answersOf: (policy, from, to) => {
      const images: SomeImages = { dataset, split: 'validation', from, images: to - from, evaluate };
      return answersAsMeasured(calibrated, images, { policy, scheme }, turn);
    },
  });
  const { proved } = claim;
  if (proved === undefined || testImages === 0) return claim;
  const test: SomeImages = { dataset, split: 'test', images: testImages, evaluate };
  const before = await hits(calibrated.network, test, undefined, turn);
  const after = await hitsAsMeasured(calibrated, test, { policy: proved.policy, scheme }, turn);
  return { ...claim, tested: compare(before, after, dataset.classes.length).difference };
}

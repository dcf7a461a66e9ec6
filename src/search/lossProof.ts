// "May lose at most 1.0 points": the smallest policy measured by a search whose loss of accuracy against the float
// network is below a bound with 95 % confidence, on images that the search has not seen.
//
// The search's own images determine the policies to be tested and their order: from the largest to the smallest, until
// one fails. Tests in an order fixed before looking at their images need no correction for multiplicity, so the overall
// claim, not only each test, is wrong in at most 5 of 100 cases.
// References: W. Maurer, L. Hothorn, W. Lehmacher, 1995 (tests in a fixed sequence); T. Tango, Stat. Med. 17, 1998 (score
// bound of a paired difference, valid even if few predictions differ: Wald's bound misses twice as often as stated).
import type { BitPolicy } from '../graph/policy';
import { fitDecreasing, interpolate } from '../math/isotonic';
import { isUsable } from './chosen';
import type { Score, SearchPoint } from './method';

/** Standard normal quantile of a one-sided 95 % bound. */
const Z95_ONE_SIDED = 1.6448536269514722;

/** Expected losses of the tested policies, as shares of the bound. */
const RUNGS: readonly number[] = [0, 0.25, 0.5, 0.7, 0.85, 1];

/** The result of one policy's test. */
export interface LossProof {
  readonly policy: BitPolicy;
  /** Share of the images lost (float right, policy wrong) minus the share gained (the reverse). */
  readonly lost: number;
  /** 95 % upper confidence bound of the true loss. */
  readonly atMost: number;
  /** Images of the test. */
  readonly n: number;
  readonly proved: boolean;
}

/**
 * The loss of accuracy between two networks on the same images, as a share of the images, and its one-sided 95 % upper
 * bound. `float` and `rounded` hold 1 for each image classified correctly.
 */
export function lossBound(float: Uint8Array, rounded: Uint8Array): { readonly lost: number; readonly atMost: number } {
  let [lost, gained] = [0, 0];
  for (let i = 0; i < float.length; i++) {
    if (float[i] > rounded[i]) lost++;
    else if (float[i] < rounded[i]) gained++;
  }
  const n = float.length;
  // The statistic falls as the hypothesized loss rises; the bound is its crossing of the quantile.
  let [low, high] = [(lost - gained) / Math.max(1, n), 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (scoreStatistic(lost, gained, n, middle) > -Z95_ONE_SIDED) low = middle;
    else high = middle;
  }
  return { lost: (lost - gained) / Math.max(1, n), atMost: high };
}

/**
 * Standard deviations of the observed loss above a hypothesized loss, with the variance at the maximum-likelihood rate of
 * gains under that loss.
 */
function scoreStatistic(lost: number, gained: number, n: number, supposed: number): number {
  const b = (2 * n - lost + gained) * supposed - lost - gained;
  const gains = (Math.sqrt(b ** 2 + 8 * n * gained * supposed * (1 - supposed)) - b) / (4 * n);
  const variance = n * (2 * gains + supposed * (1 - supposed));
  return variance <= 0 ? 0 : (lost - gained - n * supposed) / Math.sqrt(variance);
}

/**
 * Policies to be tested for a loss of at most `most` (a share, 0.01 for one point), the largest first. Accuracies on a
 * few hundred images are noisy, so each policy's loss is read off a monotone curve of accuracy over cross-entropy through
 * all points of the run; each rung takes the smallest policy below its share of `most`.
 */
export function ladder(
  points: readonly SearchPoint[],
  float: Score,
  most: number,
  bytesOf: (policy: BitPolicy) => number,
): BitPolicy[] {
  const usable = points.filter(isUsable).map((point) => ({ ...point, bytes: bytesOf(point.policy) }));
  const knots = [...usable, float].map(({ loss, accuracy: { value } }) => ({ x: loss, y: value, weight: 1 }));
  const curve = fitDecreasing(knots);
  const best = interpolate(curve, float.loss);
  const expected = usable.map((point) => ({
    ...point,
    lost: best - interpolate(curve, Math.max(point.loss, float.loss)),
  }));
  const rungs = RUNGS.flatMap((share) => {
    const below = expected.filter(({ lost }) => lost <= share * most);
    return below.length === 0 ? [] : [below.reduce((a, b) => (b.bytes < a.bytes ? b : a))];
  });
  return [...new Set(rungs)].sort((a, b) => b.bytes - a.bytes).map(({ policy }) => policy);
}

/**
 * Tests `policies` in order until one fails; the last one proved is the claim. `hitsOf` gives 1 for each image that is
 * right under a policy, `float` those of the float network, all on the same images, which no choice may have used.
 */
export async function* proveLoss(
  policies: readonly BitPolicy[],
  most: number,
  float: Uint8Array,
  hitsOf: (policy: BitPolicy) => Promise<Uint8Array>,
): AsyncGenerator<LossProof, void, void> {
  for (const policy of policies) {
    const { lost, atMost } = lossBound(float, await hitsOf(policy));
    const proved = atMost < most;
    yield { policy, lost, atMost, n: float.length, proved };
    if (!proved) return;
  }
}

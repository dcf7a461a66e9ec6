// "May lose at most 1.0 points": of the policies that a search has measured, the smallest one whose loss of accuracy against
// the float network is below a bound with 95 % confidence, on images that the search has not seen.
//
// The search's own images choose which policies are tried, and in which order: from the largest to the smallest, until one
// fails. Tests in an order that is fixed before their images are looked at need no correction for their number, so the
// claim as a whole, and not each test alone, is wrong in at most 5 of 100 cases.
// References: W. Maurer, L. Hothorn, W. Lehmacher, 1995 (tests in a fixed sequence); T. Tango, Stat. Med. 17, 1998 (score
// bound of a paired difference, which also holds where few answers differ: Wald's misses twice as often as it says).
import type { BitPolicy } from '../graph/policy';
import { fitDecreasing, interpolate } from '../math/isotonic';
import { isUsable } from './chosen';
import type { Score, SearchPoint } from './method';

/** Standard normal quantile of a one-sided 95 % bound. */
const Z95_ONE_SIDED = 1.6448536269514722;

/** Shares of the bound that the policies to be tried are expected to lose. */
const RUNGS: readonly number[] = [0, 0.25, 0.5, 0.7, 0.85, 1];

/** What a test has shown of one policy. */
export interface LossProof {
  readonly policy: BitPolicy;
  /** Share of the images that float gets right and the policy does not, less the share of the opposite. */
  readonly lost: number;
  /** The true loss is below this with 95 % confidence. */
  readonly atMost: number;
  /** Images of the test. */
  readonly n: number;
  readonly proved: boolean;
}

/**
 * The loss of accuracy between two networks on the same images, as a share of them, and its one-sided 95 % upper bound.
 * `float` and `rounded` hold 1 for each image that is right.
 */
export function lossBound(float: Uint8Array, rounded: Uint8Array): { readonly lost: number; readonly atMost: number } {
  let [lost, gained] = [0, 0];
  for (let i = 0; i < float.length; i++) {
    if (float[i] > rounded[i]) lost++;
    else if (float[i] < rounded[i]) gained++;
  }
  const n = float.length;
  // The statistic falls as the supposed loss rises; the bound is where it has fallen to the quantile.
  let [low, high] = [(lost - gained) / Math.max(1, n), 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (scoreStatistic(lost, gained, n, middle) > -Z95_ONE_SIDED) low = middle;
    else high = middle;
  }
  return { lost: (lost - gained) / Math.max(1, n), atMost: high };
}

/**
 * How many standard deviations the observed loss lies above a supposed one, whose variance takes the most likely rate of
 * gains under that loss.
 */
function scoreStatistic(lost: number, gained: number, n: number, supposed: number): number {
  const b = (2 * n - lost + gained) * supposed - lost - gained;
  const gains = (Math.sqrt(b ** 2 + 8 * n * gained * supposed * (1 - supposed)) - b) / (4 * n);
  const variance = n * (2 * gains + supposed * (1 - supposed));
  return variance <= 0 ? 0 : (lost - gained - n * supposed) / Math.sqrt(variance);
}

/**
 * Policies to be tried for a loss of at most `most` (a share, 0.01 for one point), the largest first. Accuracies of some
 * hundred images are noisy, so each policy's loss is read off a monotone curve of accuracy over cross-entropy through all
 * points of the run; for each rung the smallest policy below its share of `most` is taken.
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
 * Tests `policies` in their order until one fails; the last one proved is the claim. `hitsOf` gives 1 for each image that is
 * right under a policy, `float` those of the float network, all of the same images, which no choice has been made by.
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

// "May lose at most 1.0 points": proves of policies, from the largest to the smallest, that the loss of accuracy against the
// float network is below a bound with 95 % confidence, on images that no choice has used.
//
// The policies and their order are fixed before looking at these images, and testing ends at the first failure. Tests in a
// fixed order need no correction for multiplicity: the overall claim, not only each test, is wrong in at most 5 of 100 cases.
// Each test looks at growing numbers of images and may end early; the looks share the 5 % (Bonferroni), so that looking often
// costs nothing but a slightly wider bound.
// References: W. Maurer, L. Hothorn, W. Lehmacher, 1995 (tests in a fixed sequence); T. Tango, Stat. Med. 17, 1998 (score
// bound of a paired difference, valid even if few predictions differ: Wald's bound misses twice as often as stated);
// C. Jennison, B. Turnbull, "Group sequential methods", 1999, chapter 9 (repeated confidence bounds).
import type { BitPolicy } from '../graph/policy';
import type { BenchOptions } from './bench';
import { SettingsError } from './settingsError';

/** Standard normal quantile of a one-sided 95 % bound. */
const Z95_ONE_SIDED = 1.6448536269514722;

/** Shares of the images at which a test looks, and the quantiles of the error spent there: 0.2 %, 0.4 % and 4.4 %. */
const LOOKS = [
  { share: 0.25, z: 2.8781617390954826 },
  { share: 0.5, z: 2.6520698079021954 },
  { share: 1, z: 1.706043396888962 },
] as const;

/** Quantile of the last look, which decides most tests. */
export const LAST_Z = LOOKS[LOOKS.length - 1].z;

/** Fewest images of an early look. */
const LEAST_IMAGES = 250;

/** Images that only the float network gets right (`lost`) or only the rounded one (`gained`), of `n`. */
export interface Flips {
  readonly lost: number;
  readonly gained: number;
  readonly n: number;
}

/** The state of one policy's test. */
export interface LossProof {
  readonly policy: BitPolicy;
  /** Share of the images lost (float right, policy wrong) minus the share gained (the reverse). */
  readonly lost: number;
  /** Upper confidence bound of the true loss. */
  readonly atMost: number;
  /** Images looked at so far. */
  readonly n: number;
  /** `open`: more images follow. */
  readonly state: 'open' | 'proved' | 'failed';
  /** Images that would probably prove a failed policy; absent if its observed loss is not below the bound. */
  readonly needed?: number;
}

/**
 * Refuses settings under which no loss can be proved, before any work.
 * @throws SettingsError for fine-tuned policies, whose weights are not kept, and if no unseen image is left.
 */
export function checkLoss({ steps, images }: Pick<BenchOptions, 'steps' | 'images'>, validation: number): void {
  if (steps > 0)
    throw new SettingsError(
      'Losses can be proved only for configs rounded without fine-tuning: set fine-tuning to 0 steps.',
    );
  if (images >= validation)
    throw new SettingsError(
      `${images} search images leave none of the ${validation} validation images for the proof: allow the search fewer.`,
    );
}

/** Counts the flips between two networks; `float` and `rounded` hold 1 for each image classified correctly. */
export function flipsBetween(float: Uint8Array, rounded: Uint8Array): Flips {
  let [lost, gained] = [0, 0];
  for (let i = 0; i < float.length; i++) {
    if (float[i] > rounded[i]) lost++;
    else if (float[i] < rounded[i]) gained++;
  }
  return { lost, gained, n: float.length };
}

/**
 * The loss of accuracy as a share of the images, and its one-sided upper bound at a quantile, by default that of 95 %.
 */
export function lossBound({ lost, gained, n }: Flips, z = Z95_ONE_SIDED): { lost: number; atMost: number } {
  const observed = (lost - gained) / Math.max(1, n);
  // The statistic falls as the hypothesized loss rises; the bound is its crossing of the quantile.
  let [low, high] = [observed, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (scoreStatistic(lost, gained, n, middle) > -z) low = middle;
    else high = middle;
  }
  return { lost: observed, atMost: high };
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

/** Variance of one image's contribution to the loss. */
const varianceOf = ({ lost, gained, n }: Flips) => (lost + gained) / n - ((lost - gained) / n) ** 2;

/** Images that would prove a loss below `most` if flips went on at these rates; undefined if none would. */
export function imagesNeeded(flips: Flips, most: number): number | undefined {
  const room = most - (flips.lost - flips.gained) / flips.n;
  if (room <= 0) return undefined;
  // Two significant digits: the rates are estimates.
  return Math.max(flips.n, Number((LAST_Z ** 2 * (varianceOf(flips) / room ** 2 + 1 / room)).toPrecision(2)));
}

/** The looks of a test on `images` images. */
function looksAt(images: number): { readonly to: number; readonly z: number }[] {
  const looks = LOOKS.map(({ share, z }) => ({ to: Math.floor(share * images), z }));
  return looks.filter(({ to }) => to === images || to >= LEAST_IMAGES);
}

/**
 * Tests `policies` in order until one fails; the last one proved is the claim. `hitsOf` gives 1 for each of the images
 * `from` to `to` that is right under a policy, or in float without one. Yields after each look.
 */
export async function* proveLoss(
  policies: readonly BitPolicy[],
  most: number,
  images: number,
  hitsOf: (policy: BitPolicy | undefined, from: number, to: number) => Promise<Uint8Array>,
): AsyncGenerator<LossProof, void, void> {
  const float = new Uint8Array(images);
  let known = 0;
  for (const policy of policies) {
    const rounded = new Uint8Array(images);
    let [seen, isProved] = [0, false];
    for (const { to, z } of looksAt(images)) {
      if (known < to) float.set(await hitsOf(undefined, known, to), known);
      known = Math.max(known, to);
      rounded.set(await hitsOf(policy, seen, to), seen);
      seen = to;
      const flips = flipsBetween(float.subarray(0, to), rounded.subarray(0, to));
      const { lost, atMost } = lossBound(flips, z);
      isProved = atMost < most;
      // Giving up early never makes a claim wrong: after a look, what is a standard error above the bound is given up.
      const isOpen = !isProved && to < images && lost - Math.sqrt(varianceOf(flips) / to) < most;
      const needed = isProved || isOpen ? undefined : imagesNeeded(flips, most);
      const state = isProved ? 'proved' : isOpen ? 'open' : 'failed';
      yield { policy, lost, atMost, n: to, state, ...(needed !== undefined && { needed }) };
      if (!isOpen) break;
    }
    if (!isProved) return;
  }
}

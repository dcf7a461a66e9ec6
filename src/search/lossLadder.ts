// Which policies a proof of their loss should test, and in which order (lossProof.ts): chosen by the images of the search
// alone, so that the order is fixed before the proof looks at its own.
//
// A few hundred images show the loss of accuracy only roughly, because few predictions flip. The probability that each
// network gives to the right class changes a little on every image, and its mean is much less noisy; the loss of accuracy is
// taken as proportional to its fall, with one factor for all policies that were probed.
import type { BitPolicy } from '../graph/policy';
import { type Flips, LAST_Z } from './lossProof';

/** A policy measured beside the float network on the images of the search. */
export interface Probe extends Flips {
  readonly policy: BitPolicy;
  readonly bytes: number;
  /** Mean fall of the probability of the right class, as a share. */
  readonly fall: number;
}

/** Loss per fall before any probe, and the fall that this weighs as much as: counts of flips are too noisy to set it alone. */
const PRIOR = { factor: 0.5, fall: 0.1 };
/** The largest policy's fall is taken as no loss up to here: corrected batch norms shift probabilities, but few answers. */
const HARMLESS = 0.01;
/** Flips counted as seen in every probe, so that no probe claims to have none. */
const UNSEEN = 1;

const largestOf = (probes: readonly Probe[]) => probes.reduce((a, b) => (b.bytes > a.bytes ? b : a));

/** The loss that each probe is expected to have, as a share of the images. */
function expectedLosses(probes: readonly Probe[]): number[] {
  const base = largestOf(probes);
  const harmless = Math.min(base.fall, HARMLESS);
  let [products, squares] = [PRIOR.factor * PRIOR.fall ** 2, PRIOR.fall ** 2];
  for (const { lost, gained, n, fall } of probes) {
    // Differences to the largest policy on the same images: how lucky the float network is with them cancels out.
    products += ((lost - gained) / n - (base.lost - base.gained) / base.n) * (fall - base.fall);
    squares += (fall - base.fall) ** 2;
  }
  return probes.map(({ fall }) => (products / squares) * (fall - harmless));
}

/** The bound that a proof on `images` images is expected to give each probe, as a share of the images. */
export function expectedBounds(probes: readonly Probe[], images: number): number[] {
  const losses = expectedLosses(probes);
  return probes.map(({ lost, gained, n }, i) => {
    const flips = (lost + gained + UNSEEN) / n;
    return losses[i] + LAST_Z * Math.sqrt(Math.max(0, flips - losses[i] ** 2) / images);
  });
}

/** Expected bounds of the tested policies after the largest, as shares of the allowed loss. */
const RUNGS: readonly number[] = [0.7, 1, 1.25, 1.55];
/** Neighbors on the ladder whose sizes differ by a larger factor get a probe between them. */
const WIDEST_GAP = 1.3;

/**
 * The policies to be tested for a loss below `most` (0.01 for one point) on `images` images, the largest first: the largest
 * of all, then for each rung the smallest one whose expected bound is below it. Where these lie far apart, probes between
 * them are tested, too: testing ends at the first failure, and an expectation that was too high should not cost all.
 */
export function ladder(probes: readonly Probe[], most: number, images: number): Probe[] {
  if (probes.length === 0) return [];
  const expected = expectedBounds(probes, images);
  const rungs = RUNGS.flatMap((share) => {
    const below = probes.filter((_, i) => expected[i] <= share * most);
    return below.length === 0 ? [] : [below.reduce((a, b) => (b.bytes < a.bytes ? b : a))];
  });
  const steps = [...new Set([largestOf(probes), ...rungs])].sort((a, b) => b.bytes - a.bytes);
  return steps.flatMap((step, i) => (i === 0 ? [step] : [...between(steps[i - 1], step, probes), step]));
}

/** Probes that leave no wide gap between two of them, as far as there are any: the middle one by size, then those beside. */
function between(larger: Probe, smaller: Probe, probes: readonly Probe[]): Probe[] {
  if (larger.bytes <= WIDEST_GAP * smaller.bytes) return [];
  const inside = probes.filter(({ bytes }) => bytes < larger.bytes && bytes > smaller.bytes);
  if (inside.length === 0) return [];
  const distance = ({ bytes }: Probe) => Math.abs(Math.log(bytes ** 2 / (larger.bytes * smaller.bytes)));
  const middle = inside.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return [...between(larger, middle, inside), middle, ...between(middle, smaller, inside)];
}

/** Policies measured around the place where the loss reaches the bound, besides those on the way there. */
const NEIGHBORS = 1;
/** And between the largest and that place, as shares of the way: rungs in case that the place was expected too far down. */
const SAFER: readonly number[] = [0.5, 0.75];

/**
 * Probes `candidates` (the largest first) where their expected bound crosses `most`: in halves, then those beside, then some
 * larger ones. Yields each probe.
 */
export async function* narrow<C>(
  candidates: readonly C[],
  most: number,
  images: number,
  probe: (candidate: C) => Promise<Probe>,
): AsyncGenerator<Probe, void, void> {
  const known = new Map<number, Probe>();
  const measure = async function* (at: number) {
    if (at < 0 || at >= candidates.length || known.has(at)) return;
    const one = await probe(candidates[at]);
    known.set(at, one);
    yield one;
  };
  const expected = (at: number) => expectedBounds([...known.values()], images)[[...known.keys()].indexOf(at)];
  yield* measure(0);
  // Losses of -1 and of everything stand at the ends.
  let [fits, exceeds] = [0, candidates.length];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    yield* measure(middle);
    if (expected(middle) < most) fits = middle;
    else exceeds = middle;
  }
  for (let i = 1; i <= NEIGHBORS; i++) {
    yield* measure(fits - i);
    yield* measure(exceeds + i - 1);
  }
  for (const share of SAFER) yield* measure(Math.round(share * fits));
}

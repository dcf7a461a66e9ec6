// Runs side by side, as numbers: the best so far over what was spent, all at an equal budget, and mixed widths against the
// uniform ones that are no larger.
import type { RunPoint } from '../../engine/protocol/searching';
import type { Architecture } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import { compressionHere } from '../../store/measure/costs';
import { accuracyIn, bestOf, isUsable, type SearchRun, testedOf } from '../../store/state/searchRun';
import { compare } from '../../words/en/compare';
import { roundRange } from '../parts/scale';

/** Images forward and backward that had been seen when a point was measured. */
export function imagesAt({ spent }: Pick<RunPoint, 'spent'>): number {
  return spent.forward + spent.backward;
}

/** A step of a curve: from `images` on, the best has this accuracy on search images, in percent. */
export interface BestStep {
  readonly images: number;
  readonly accuracy: number;
}

/** The best accuracy so far, one step for each time that it rose. */
export function bestSoFar({ points }: Pick<SearchRun, 'points'>): BestStep[] {
  const steps: BestStep[] = [];
  for (const point of points) {
    const accuracy = point.accuracy.value * 100;
    const last = steps[steps.length - 1];
    if (isUsable(point) && !(accuracy <= last?.accuracy)) steps.push({ images: imagesAt(point), accuracy });
  }
  return steps;
}

// Percent below the best that the race shows of what a run went through; what it has reached is shown however low it is.
const PASSING = 30;

/** The accuracies that the race shows: where every run is now, and its way there from not far below. */
export function rangeOfRace(curves: readonly (readonly BestStep[])[]): [low: number, high: number] {
  const now = curves.flatMap((steps) => steps.slice(-1));
  const best = Math.max(...now.map(({ accuracy }) => accuracy));
  const shown = [...now, ...curves.flat().filter(({ accuracy }) => accuracy > best - PASSING)];
  return roundRange(
    shown.map(({ accuracy }) => accuracy),
    2,
  );
}

/** What the race cuts off a run's way, in words; empty when nothing. */
export function cutOffInWords(name: string, [first]: readonly BestStep[], low: number): string {
  if (first === undefined || first.accuracy >= low) return '';
  return compare.race.began(name, first.accuracy);
}

/**
 * Images at which runs compare: what the shortest of them has seen. A run that ended by itself, with budget left, has the
 * same best at any larger number and does not shorten the others'. 0 for no points.
 */
export function equalBudget(runs: readonly SearchRun[]): number {
  const seen = runs
    .filter(({ points }) => points.length > 0)
    .map(({ spent, state, used }) => ({ images: spent.forward + spent.backward, open: state !== 'done' || used >= 1 }));
  const open = seen.filter((run) => run.open);
  if (open.length > 0) return Math.min(...open.map(({ images }) => images));
  return Math.max(0, ...seen.map(({ images }) => images));
}

/** The best point that a run had found within `images`; undefined when it had none. */
export function bestWithin({ points }: Pick<SearchRun, 'points'>, images: number): RunPoint | undefined {
  return bestOf(points.filter((point) => imagesAt(point) <= images));
}

/** The policy that stands for a run: the chosen one, or the best so far. */
export function policyOfRun({ chosen, points }: SearchRun): BitPolicy | undefined {
  return chosen?.policy ?? bestOf(points)?.policy;
}

/** Weight bits by the largest of the policy, layer by layer in [0, 1], as MetaQuantNet's figure 4 draws them. */
export function normalizedBits(policy: BitPolicy): number[] {
  const bits = Object.values(policy).map(({ weights }) => weights);
  const most = Math.max(...bits);
  return bits.map((width) => width / most);
}

/** How many times smaller a policy's packed file is than float's, and its accuracy in percent. */
export interface SizedPoint {
  readonly compression: number;
  readonly accuracy: number;
}

/** Such a point of a run; `tested` where the accuracy is that on test images, and not on the search's own. */
export interface RunTradeOff extends SizedPoint {
  readonly tested: boolean;
}

/** The best trade-offs of accuracy and compression of a run, the least compressed first; by test images where it has them. */
export function frontOfRun(run: SearchRun, architecture: Architecture): RunTradeOff[] {
  const candidates = run.points.filter(isUsable);
  const sized = candidates.map(({ policy, accuracy }) => {
    const tested = testedOf(run, policy);
    const compression = compressionHere(architecture, policy, run.setting.scheme);
    return { compression, accuracy: (tested ?? accuracy).value * 100, tested: tested !== undefined };
  });
  const counted = sized.some(({ tested }) => tested) ? sized.filter(({ tested }) => tested) : sized;
  counted.sort((a, b) => b.compression - a.compression || b.accuracy - a.accuracy);
  const front: RunTradeOff[] = [];
  for (const point of counted) if (point.accuracy > (front[front.length - 1]?.accuracy ?? -1)) front.push(point);
  return front.reverse();
}

/**
 * Accuracy in percent of uniform widths at a compression: measured, or on the straight line over size between the two widths
 * around it; undefined outside of them. `uniform` is in order of compression.
 */
export function uniformAt(
  compression: number,
  uniform: readonly SizedPoint[],
): { readonly accuracy: number; readonly between: boolean } | undefined {
  const above = uniform.findIndex((point) => point.compression >= compression - 1e-9);
  if (above < 0) return undefined;
  const [left, right] = [uniform[above - 1], uniform[above]];
  if (right.compression - compression < 1e-9) return { accuracy: right.accuracy, between: false };
  if (left === undefined) return undefined;
  const share = (1 / left.compression - 1 / compression) / (1 / left.compression - 1 / right.compression);
  return { accuracy: left.accuracy + share * (right.accuracy - left.accuracy), between: true };
}

/** The accuracy of the policy that stands for a run, on test images if it was measured there; undefined if nowhere. */
export function accuracyOfRun(run: SearchRun): { readonly accuracy: Proportion; readonly tested: boolean } | undefined {
  const policy = policyOfRun(run);
  if (policy === undefined) return undefined;
  const tested = testedOf(run, policy);
  const searched = accuracyIn(run, policy);
  return tested ? { accuracy: tested, tested: true } : searched && { accuracy: searched, tested: false };
}

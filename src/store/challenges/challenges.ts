// Challenges: which are offered, and who is ahead. What counts is measured where the ranking is shown,
// on all test images, never what somebody claims.
import { KB } from '../../graph/size';
import { createRng } from '../../math/rng';
import type { Proportion } from '../../math/statistics';
import type { Challenge } from '../state/challenges';
import type { Desk, MeasuredPoint } from '../state/desk';

/** Sizes of the challenge of a day, as shares of the size at 8 bits. */
const DAILY = { least: 0.3, most: 0.75 };

/** The challenge of a day, e.g. 2026-11-30, or of a seed: the same for everybody who has the same network. */
export function dailyChallenge(day: string, bytesAt8Bits: number): Challenge {
  const seed = [...day].reduce((sum, character) => (31 * sum + character.charCodeAt(0)) % 2 ** 31, 7);
  const share = DAILY.least + (DAILY.most - DAILY.least) * createRng(seed).uniform();
  return { kind: 'accurate', bytes: Math.max(1, Math.round((share * bytesAt8Bits) / KB)) * KB };
}

/** How a config does. */
export interface Score {
  readonly bytes: number;
  /** On all test images; absent before it is measured. */
  readonly accuracy?: Proportion;
  /** Points lost against the float network on the same images. */
  readonly lost?: number;
  /** Whether it does what the challenge asks for; unknown before it is measured, unless it is too large anyway. */
  readonly met?: boolean;
}

/** The score of a config of `bytes` bytes with what was measured of it. */
export function scoreOf(challenge: Challenge, bytes: number, point: MeasuredPoint | undefined): Score {
  if (challenge.kind === 'accurate' && bytes > challenge.bytes) return { bytes, met: false, ...measuredOf(point) };
  if (point === undefined) return { bytes };
  const { accuracy, lost } = measuredOf(point);
  // Counts of images, compared without the error of dividing them.
  const margin = 1e-9;
  const met =
    challenge.kind === 'small'
      ? lost <= challenge.points + margin
      : 100 * accuracy.value >= (challenge.atLeast ?? 0) - margin;
  return { bytes, accuracy, lost, met };
}

function measuredOf(point: MeasuredPoint): Required<Pick<Score, 'accuracy' | 'lost'>>;
function measuredOf(point: MeasuredPoint | undefined): Pick<Score, 'accuracy' | 'lost'>;
function measuredOf(point: MeasuredPoint | undefined): Pick<Score, 'accuracy' | 'lost'> {
  return point ? { accuracy: point.accuracy, lost: -100 * point.againstFloat.difference } : {};
}

/** Negative if `a` is ahead of `b`: what meets the challenge first, then by what it asks for, then by the other. */
export function compareScores({ kind }: Challenge, a: Score, b: Score): number {
  const state = ({ met }: Score) => (met === true ? 0 : met === undefined ? 1 : 2);
  const size = a.bytes - b.bytes;
  const accuracy = (b.accuracy?.value ?? 0) - (a.accuracy?.value ?? 0);
  return state(a) - state(b) || (kind === 'small' ? size || accuracy : accuracy || size);
}

/** The best accuracy on test images known on this page for a size, from searches and precomputed configs: what to beat. */
export function bestKnown(
  points: readonly { readonly bytes: number; readonly accuracy: Proportion }[],
  bytes: number,
): number | undefined {
  const within = points.filter((point) => point.bytes <= bytes).map(({ accuracy }) => accuracy.value);
  return within.length > 0 ? Math.max(...within) : undefined;
}

/** Whether a desk is on the network and images that another one is on, so that their configs can be compared. */
export const sameTask = (a: Pick<Desk, 'networkId' | 'datasetId'>, b: Pick<Desk, 'networkId' | 'datasetId'>): boolean =>
  a.networkId === b.networkId && a.datasetId === b.datasetId;

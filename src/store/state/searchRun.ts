// Runs of searches as the page lists them, and what is asked of their points.
import type { DatasetId } from '../../data/registry';
import type { BackendName } from '../../engine/protocol/opening';
import type {
  Inside,
  RunPoint,
  ScoredPolicy,
  SearchOutcome,
  SearchSettings,
  Spent,
} from '../../engine/protocol/searching';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { AnyNetworkId } from '../../zoo/registry';
import type { SearchForm } from './searchForm';

/** `failed` may pass at a second try; `refused` cannot be done with its settings. */
export type RunState = 'queued' | 'running' | 'pausing' | 'paused' | 'done' | 'stopped' | 'failed' | 'refused';

/** One run. What it searches on is named, so that its points are shown with those weights only. */
export interface SearchRun {
  readonly id: string;
  readonly name: string;
  /** The method's name for people. */
  readonly label: string;
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly fingerprint: string;
  /** What it was started on; absent in runs of earlier versions. */
  readonly backend?: BackendName;
  readonly setting: SearchSettings;
  /** The form that it was started with, to change something of it. */
  readonly form: SearchForm;
  readonly state: RunState;
  /** Why it is paused, has failed or was refused, in words; else empty. */
  readonly why: string;
  /** True once the engine has begun with it. */
  readonly begun: boolean;
  /** What is being done, and the share of that. */
  readonly phase: string;
  readonly done?: number;
  /** Share of the budget that is used up. */
  readonly used: number;
  readonly spent: Spent;
  readonly points: readonly RunPoint[];
  readonly inside: Inside | null;
  readonly chosen: SearchOutcome['chosen'] | null;
  readonly front: readonly ScoredPolicy[];
  /** Whether a stopped run's front is being measured on test images, because a person asked for it. */
  readonly scoring: 'no' | 'waiting' | 'running';
  /** Thrown away, but for the ten seconds in which that can be undone. */
  readonly discarded: boolean;
}

export interface SearchSlice {
  /** Newest first, discarded ones included. */
  readonly runs: readonly SearchRun[];
  /** Runs that are on the plot and compared. */
  readonly compared: readonly string[];
  /** Runs that another tab of this browser is at. */
  readonly elsewhere: readonly string[];
}

/** True for a run that has not ended, or failed in a way that may pass. */
export function mayGoOn(run: SearchRun | undefined): boolean {
  return run?.state === 'paused' || (run?.state === 'failed' && run.begun);
}

/** True while something happens with a run by itself: it is worked on or waits for that, or will be forgotten. */
export function isAtWork({ state, scoring, discarded }: Pick<SearchRun, 'state' | 'scoring' | 'discarded'>): boolean {
  return state === 'queued' || state === 'running' || state === 'pausing' || scoring !== 'no' || discarded;
}

/** True for what a person could use: no control, and not measured with weights that other widths share, which are gone. */
export function isUsable({ role, steps }: RunPoint): boolean {
  return role === 'candidate' && steps !== 'shared';
}

/** The usable point of the most right answers, at a tie the one of less loss; undefined before the first. */
export function bestOf(points: readonly RunPoint[]): RunPoint | undefined {
  let best: RunPoint | undefined;
  for (const point of points) {
    if (!isUsable(point)) continue;
    const gain = best === undefined ? 1 : point.accuracy.value - best.accuracy.value || best.loss - point.loss;
    if (gain > 0) best = point;
  }
  return best;
}

/** The accuracy of a policy on the search images of a run, where it was measured there with weights of its own. */
export function accuracyIn({ points }: Pick<SearchRun, 'points'>, policy: BitPolicy): Proportion | undefined {
  return points.find((point) => point.steps !== 'shared' && samePolicy(point.policy, policy))?.accuracy;
}

/** The accuracy on test images of a policy that a finished run has found, where it was measured. */
export function testedOf({ front }: SearchRun, policy: BitPolicy): Proportion | undefined {
  return front.find((scored) => samePolicy(scored.policy, policy))?.tested;
}

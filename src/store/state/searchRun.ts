// Search runs as the page lists them, and queries on their points.
import type { DatasetId } from '../../data/registry';
import type { BackendName } from '../../engine/protocol/opening';
import type {
  Inside,
  LossClaim,
  PredictedPolicy,
  RankedProxy,
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

/** `failed` may succeed when retried; `refused` is impossible with its settings. */
export type RunState = 'queued' | 'running' | 'pausing' | 'paused' | 'done' | 'stopped' | 'failed' | 'refused';

/** One run. It names the weights it searches on, so that its points are shown only with those. */
export interface SearchRun {
  readonly id: string;
  readonly name: string;
  /** Name of the method, for display. */
  readonly label: string;
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly fingerprint: string;
  /** Backend that it was started on; absent in runs of earlier versions. */
  readonly backend?: BackendName;
  readonly setting: SearchSettings;
  /** The form that it was started with, for revising it. */
  readonly form: SearchForm;
  readonly state: RunState;
  /** Why it is paused, failed or refused, in words; otherwise empty. */
  readonly why: string;
  /** True once the engine has started it. */
  readonly begun: boolean;
  /** The current phase, and the share of it that is done. */
  readonly phase: string;
  readonly done?: number;
  /** Share of the budget that is spent. */
  readonly used: number;
  readonly spent: Spent;
  readonly points: readonly RunPoint[];
  readonly inside: Inside | null;
  readonly chosen: SearchOutcome['chosen'] | null;
  readonly front: readonly ScoredPolicy[];
  /** What is proved of the loss, for a finished run that may lose at most so much. */
  readonly claim?: LossClaim;
  /** Whether a stopped run's front is being measured on test images at the user's request. */
  readonly scoring: 'no' | 'waiting' | 'running';
  /** Discarded, with ten seconds to undo it. */
  readonly discarded: boolean;
}

export interface SearchSlice {
  /** Newest first, including discarded ones. */
  readonly runs: readonly SearchRun[];
  /** Runs shown on the plot for comparison. */
  readonly compared: readonly string[];
  /** Runs active in another tab of this browser. */
  readonly elsewhere: readonly string[];
  /** Fronts predicted by the tables of runs, by run; not stored. */
  readonly predicted: Readonly<Record<string, readonly PredictedPolicy[]>>;
  /** How well proxies rank the policies of runs, by run, as far as it is known; not stored. */
  readonly proxies: Readonly<Record<string, readonly RankedProxy[]>>;
}

/** Before any search. */
export const NO_RUNS: SearchSlice = { runs: [], compared: [], elsewhere: [], predicted: {}, proxies: {} };

/** True for a run that can be resumed: paused, or failed after it had started. */
export function mayGoOn(run: SearchRun | undefined): boolean {
  return run?.state === 'paused' || (run?.state === 'failed' && run.begun);
}

/** True for a run that is active, waiting to be, or about to be deleted. */
export function isAtWork({ state, scoring, discarded }: Pick<SearchRun, 'state' | 'scoring' | 'discarded'>): boolean {
  return state === 'queued' || state === 'running' || state === 'pausing' || scoring !== 'no' || discarded;
}

/** True for a usable point: not a control, and not measured with shared weights, which no longer exist. */
export function isUsable({ role, steps }: RunPoint): boolean {
  return role === 'candidate' && steps !== 'shared';
}

/** The usable point with the most correct answers, or of equals the one with the smaller loss; undefined before the first. */
export function bestOf(points: readonly RunPoint[]): RunPoint | undefined {
  let best: RunPoint | undefined;
  for (const point of points) {
    if (!isUsable(point)) continue;
    const gain = best === undefined ? 1 : point.accuracy.value - best.accuracy.value || best.loss - point.loss;
    if (gain > 0) best = point;
  }
  return best;
}

/** The accuracy of a policy on the search images of a run, if measured there with its own weights. */
export function accuracyIn({ points }: Pick<SearchRun, 'points'>, policy: BitPolicy): Proportion | undefined {
  return points.find((point) => point.steps !== 'shared' && samePolicy(point.policy, policy))?.accuracy;
}

/** The accuracy on test images of a policy on the front of a finished run, if measured. */
export function testedOf({ front }: SearchRun, policy: BitPolicy): Proportion | undefined {
  return front.find((scored) => samePolicy(scored.policy, policy))?.tested;
}

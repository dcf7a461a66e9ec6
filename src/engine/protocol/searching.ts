// Searching for policies: what may be chosen, what a run says on its way, and what it ends with.
import type { ScoredPolicy, ScoreParams, ScoringProgress } from '../../core/scoringFront';
import type { SearchSettings } from '../../core/searching';
import type { Chosen } from '../../search/chosen';
import type { Inside } from '../../search/insides';
import type { Budget, Spent } from '../../search/ledger';
import type { OptionFields, OptionValues, SearchMethod } from '../../search/method';
import type { SearchId } from '../../search/registry';
import type { RunPoint, RunReport } from '../../search/run';
import type { Allowed, LimitMeasure, SearchLimit } from '../../search/space';

export type {
  Allowed,
  Budget,
  Chosen,
  Inside,
  LimitMeasure,
  OptionFields,
  OptionValues,
  RunPoint,
  ScoredPolicy,
  ScoringProgress,
  SearchId,
  SearchLimit,
  SearchSettings,
  Spent,
};

/** A way to search, for display, with the choices that it leaves. */
export interface SearchMethodCard extends Omit<SearchMethod, 'search'> {
  readonly id: SearchId;
}

/**
 * One report of a run: what was known of it when it went on (`kept`), why it cannot go on at another visit (`notKept`, at the
 * first time in a run), a piece of work, or how much of its front is measured on test images. `used` is the share of the budget that is gone.
 */
export type SearchProgress =
  | { readonly kind: 'kept'; readonly points: readonly RunPoint[]; readonly spent: Spent; readonly used: number }
  | { readonly kind: 'notKept'; readonly why: string }
  | { readonly kind: 'report'; readonly report: Omit<RunReport, 'state'>; readonly used: number }
  | ScoringProgress;

export interface SearchOutcome {
  /**
   * `paused` and `replaced` (by other weights or images) can go on. `refused` cannot be done with its settings: begun again,
   * it ends so again.
   */
  readonly reason: 'finished' | 'paused' | 'stopped' | 'replaced' | 'refused';
  /** What is wrong with the settings of a refused run, and what to do. */
  readonly why?: string;
  readonly spent: Spent;
  /** Of a run that has finished or was stopped; absent where it had measured and learned nothing that names a policy. */
  readonly chosen?: Chosen;
  /** Measured when the run has finished: its front, the chosen policy, the believed one and the control. */
  readonly front: readonly ScoredPolicy[];
  /** Why the run could not go on at another visit. */
  readonly notKept?: string;
}

export interface SearchingCommands {
  /** The searches that there are. */
  searchMethods: { params: Record<string, never>; progress: never; result: readonly SearchMethodCard[] };
  /**
   * Searches on the network in use, one run at a time; `resume` goes on with what is kept under the name `run`. Canceling
   * the request stops it: it answers what it has come to, and nothing of it is kept here.
   */
  search: {
    params: { run: string; setting: SearchSettings; testImages: number; resume: boolean };
    progress: SearchProgress;
    result: SearchOutcome;
  };
  /** Ends the running search after the measurement in progress, to go on later. */
  pauseSearch: { params: { run: string }; progress: never; result: null };
  /** Stops a paused run: what it has come to, as far as it was kept; null where that names no policy. */
  concludeSearch: { params: { run: string; setting: SearchSettings }; progress: never; result: Chosen | null };
  /** Measures the front of a run that was stopped on test images; not while a search runs. */
  scoreSearch: {
    params: ScoreParams;
    progress: ScoringProgress;
    result: readonly ScoredPolicy[];
  };
  /** Frees the room of a run that will not go on. */
  forgetSearch: { params: { run: string }; progress: never; result: null };
}

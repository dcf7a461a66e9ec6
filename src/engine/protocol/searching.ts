// Searching for policies: the available methods, the reports of a run, and its result.
import type { LossClaim, TriedPolicy } from '../../core/losingAtMost';
import type { ProxyParams } from '../../core/proxies';
import type { ScoredPolicy, ScoreParams, ScoringProgress } from '../../core/scoringFront';
import type { SearchSettings } from '../../core/searching';
import type { PredictedPolicy, TableParams } from '../../core/tableFront';
import type { Chosen } from '../../search/chosen';
import type { Task } from '../../search/crew';
import type { Inside } from '../../search/insides';
import type { Budget, Spent } from '../../search/ledger';
import type { OptionFields, OptionValues, SearchMethod } from '../../search/method';
import type { ProxyTable } from '../../search/proxies/proxies';
import type { RankAgreement } from '../../search/proxies/rankAgreement';
import type { SearchId } from '../../search/registry';
import type { RunPoint, RunReport } from '../../search/run';
import type { Allowed, LimitMeasure, SearchLimit } from '../../search/space';

export type {
  Allowed,
  Budget,
  Chosen,
  Inside,
  LimitMeasure,
  LossClaim,
  OptionFields,
  OptionValues,
  PredictedPolicy,
  RunPoint,
  ScoredPolicy,
  ScoringProgress,
  SearchId,
  SearchLimit,
  SearchSettings,
  Spent,
  Task,
  TriedPolicy,
};

/** A search method, for display, with its options. */
export interface SearchMethodCard extends Omit<SearchMethod, 'search'> {
  readonly id: SearchId;
}

/**
 * One report of a run: what was known when it resumed (`kept`), why it cannot resume at another visit (`notKept`,
 * reported once per run), a piece of work, a look of the proof of its loss, or how much of its front is measured on test
 * images. `used` is the share of the budget spent.
 */
export type SearchProgress =
  | { readonly kind: 'kept'; readonly points: readonly RunPoint[]; readonly spent: Spent; readonly used: number }
  | { readonly kind: 'notKept'; readonly why: string }
  | { readonly kind: 'report'; readonly report: Omit<RunReport, 'state'>; readonly used: number }
  | { readonly kind: 'proving'; readonly tried: TriedPolicy }
  | CrewProgress
  | ScoringProgress;

/** What is asked of other computers: to measure a task, or not any more; and who gave another result than this computer. */
export type CrewProgress =
  | { readonly kind: 'ask'; readonly id: number; readonly task: Task }
  | { readonly kind: 'unask'; readonly id: number }
  | { readonly kind: 'differs'; readonly who: string };

/** What another computer measured. */
export interface CrewAnswer {
  /** An id of the computer. */
  readonly who: string;
  /** Right answers, and mean cross-entropy in nats. */
  readonly right: number;
  readonly loss: number;
}

export interface SearchOutcome {
  /**
   * `paused` and `replaced` (by other weights or images) can be resumed. `refused` cannot run with its settings:
   * started again, it would end the same way.
   */
  readonly reason: 'finished' | 'paused' | 'stopped' | 'replaced' | 'refused';
  /** What is wrong with the settings of a refused run, and what to do. */
  readonly why?: string;
  readonly spent: Spent;
  /** For a run that has finished or was stopped; absent if it had measured and learned nothing that names a policy. */
  readonly chosen?: Chosen;
  /** What is proved of the loss, for a finished run that may lose at most so much. */
  readonly claim?: LossClaim;
  /** Measured when the run has finished: its front, the chosen policy, the believed one and the control. */
  readonly front: readonly ScoredPolicy[];
  /** Why the run could not be resumed at another visit. */
  readonly notKept?: string;
}

/** A proxy, and its rank correlation with measured policies. */
export interface RankedProxy extends Omit<ProxyTable, 'layers'>, RankAgreement {}

export interface SearchingCommands {
  /** The available searches. */
  searchMethods: { params: Record<string, never>; progress: never; result: readonly SearchMethodCard[] };
  /**
   * Searches on the network in use, one run at a time; `resume` continues the state stored under the name `run`.
   * Canceling the request stops it: it returns its result so far, and its stored state is deleted. With a `crew`, other
   * computers measure too: `crewPlaces` tasks at a time, each answered by `crewAnswer`.
   */
  search: {
    params: { run: string; setting: SearchSettings; testImages: number; resume: boolean; crew?: boolean };
    progress: SearchProgress;
    result: SearchOutcome;
  };
  /** How many tasks other computers take at a time; 0 at first. */
  crewPlaces: { params: { places: number }; progress: never; result: null };
  /** The answer to a task that was asked; null if nobody has one. */
  crewAnswer: { params: { id: number; answer: CrewAnswer | null }; progress: never; result: null };
  /** Measures a task of another computer's search on the network in use. */
  measureTask: { params: { task: Task }; progress: never; result: Pick<CrewAnswer, 'right' | 'loss'> };
  /** Ends the running search after the measurement in progress, to be resumed later. */
  pauseSearch: { params: { run: string }; progress: never; result: null };
  /** Stops a paused run and returns its result from the stored state; null if that names no policy. */
  concludeSearch: { params: { run: string; setting: SearchSettings }; progress: never; result: Chosen | null };
  /** Measures the front of a stopped run on test images; not while a search runs. */
  scoreSearch: {
    params: ScoreParams;
    progress: ScoringProgress;
    result: readonly ScoredPolicy[];
  };
  /** The front predicted by the table of a finished run, over the measure of its limit. */
  tableFront: { params: TableParams; progress: never; result: readonly PredictedPolicy[] };
  /** The least cost under the first limit of policies within the others. */
  leastCost: { params: Pick<SearchSettings, 'scheme' | 'allowed' | 'limits'>; progress: never; result: number };
  /** How well each proxy ranks measured policies; each row is reported as soon as it is known. */
  rankProxies: {
    params: ProxyParams & { readonly points: readonly RunPoint[] };
    progress: RankedProxy;
    result: readonly RankedProxy[];
  };
  /** Deletes the state of a run that will not be resumed. */
  forgetSearch: { params: { run: string }; progress: never; result: null };
}

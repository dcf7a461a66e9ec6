// The search command: drives a run of the session, saves its state, pauses, stops, and has its front measured on the
// test split at the end.
import type { LossClaim } from '../core/losingAtMost';
import { isOfSettings } from '../core/searching';
import type { Session } from '../core/session';
import { samePolicy } from '../graph/policy';
import type { Chosen } from '../search/chosen';
import { NOTHING_SPENT } from '../search/ledger';
import { type SearchId, searches } from '../search/registry';
import type { RunPoint, RunResult } from '../search/run';
import { PageCrew } from './pageCrew';
import type { HandlerContext, Params, Progress } from './protocol/commands';
import type { SearchMethodCard, SearchOutcome, Spent } from './protocol/searching';
import { type Scheduler, yieldUntil } from './scheduler';
import type { KeptRun, RunKeeper } from './searchKeeping';

/** Milliseconds between two reports without a new point. */
const REPORT_INTERVAL = 200;
/** A state without a new point is saved after this many milliseconds, and saving takes at most a tenth of the time. */
const KEEP_INTERVAL = 3000;
const KEEP_SHARE = 10;

/** A run to be resumed whose state is not stored here, or belongs to other weights. */
export class RunMissingError extends Error {
  override readonly name = 'RunMissingError';
}

/** Every method, for display on the page. */
export function searchMethods(): SearchMethodCard[] {
  return (Object.keys(searches) as SearchId[]).map((id) => {
    const { search: _, ...card } = searches[id];
    return { id, ...card };
  });
}

/** A run's interface to the engine. */
export interface RunPlace {
  readonly session: Session;
  readonly scheduler: Scheduler;
  readonly keeper: RunKeeper;
  /** True if the run is to end after the piece of work in progress, to be resumed later. */
  pausing(): boolean;
  /** Hears of the crew of a run that has one. */
  meet(crew: PageCrew): void;
}

async function keptRun(run: string, { session, keeper }: Pick<RunPlace, 'session' | 'keeper'>): Promise<KeptRun> {
  const { model } = session;
  const kept = await keeper.recall(run);
  if (kept === undefined)
    throw new RunMissingError(
      'This search cannot be resumed: its state is no longer in this browser. Start a new one.',
    );
  if (kept.fingerprint !== model.fingerprint)
    throw new RunMissingError(
      'This search was made on other weights than those in use; it can be resumed where they are.',
    );
  return kept;
}

/** Stops a paused run: returns its result so far, and deletes its state. */
export async function conclude(
  { run, setting }: Params<'concludeSearch'>,
  place: Pick<RunPlace, 'session' | 'keeper'>,
): Promise<Chosen | null> {
  const chosen = await place.session.concludeSearch(setting, await keptRun(run, place));
  await place.keeper.forget(run);
  return chosen ?? null;
}

/** The choice of a run whose loss was to be proved: the smallest proved policy, if there is one. */
function ofClaim(chosen: Chosen, { most, proved }: LossClaim): Chosen {
  const { control: _, believed: __, ...rest } = chosen;
  if (proved === undefined) return rest;
  const points = (share: number) => (100 * share).toFixed(1);
  const because = `It is the smallest that is proved to lose at most ${points(most)} points: ${points(proved.lost)} measured on ${proved.n} validation images that no choice has used.`;
  return { ...rest, policy: proved.policy, because };
}

/** Runs a search from its beginning or from a saved state, until its end, a pause or a stop. */
export async function search(
  { run, setting, testImages, resume, crew: hasCrew = false }: Params<'search'>,
  { signal, report }: HandlerContext<Progress<'search'>>,
  place: RunPlace,
): Promise<SearchOutcome> {
  const { session, keeper, pausing } = place;
  const { model } = session;
  const { now } = session.environment;
  const kept = resume ? await keptRun(run, place) : undefined;
  const job = place.scheduler.start('search');
  const turn = yieldUntil(AbortSignal.any([signal, model.replaced]), job);
  const points: RunPoint[] = [...(kept?.points ?? [])];
  let spent: Spent = kept?.spent ?? NOTHING_SPENT;
  let state = kept?.state;
  let notKept: string | undefined;
  const outcome = (reason: SearchOutcome['reason'], more: Partial<SearchOutcome> = {}): SearchOutcome => ({
    reason,
    spent,
    front: [],
    ...(notKept !== undefined && { notKept }),
    ...more,
  });
  let [lastKept, lastReport, keeping] = [now(), 0, 0];
  const keep = async () => {
    const started = now();
    const before = notKept;
    notKept = await keeper.keep(run, { fingerprint: model.fingerprint, points, spent, state });
    if (notKept !== undefined && before === undefined) report({ kind: 'notKept', why: notKept });
    lastKept = now();
    keeping = lastKept - started;
  };
  const { seed } = setting;
  const options = { seed, cacheBytes: session.environment.cacheBytes / 4, turn, report };
  const crew = hasCrew ? new PageCrew(model, options, { points: points.length, spent, state }) : undefined;
  if (crew) place.meet(crew);
  /** Runs to the result; undefined if it is paused before. */
  const runToEnd = async (): Promise<RunResult | undefined> => {
    let steps = session.search(setting, turn, kept, crew);
    let isResumed = kept !== undefined;
    try {
      for (;;) {
        const next = await steps.next();
        if (next.done) await crew?.confirm(next.value.policy);
        const moment = crew?.takeBack();
        if (moment) {
          await steps.return(undefined as never);
          points.length = moment.points;
          // The time was spent nevertheless.
          spent = { ...moment.spent, seconds: spent.seconds };
          state = moment.state;
          isResumed = true;
          const from = state === undefined ? undefined : { points: [...points], spent, state };
          steps = session.search(setting, turn, from, crew);
          continue;
        }
        if (next.done) return next.value;
        const { report: reached, used } = next.value;
        if (reached === undefined) {
          if (isResumed) report({ kind: 'kept', points: [...points], spent, used });
        } else {
          const { state: latest, ...event } = reached;
          state = latest;
          spent = event.spent;
          if (event.point) points.push(event.point);
          crew?.reach({ points: points.length, spent, state });
          const since = now() - lastKept;
          // A point is stored before the page hears of it.
          if (event.point || since > Math.max(KEEP_INTERVAL, KEEP_SHARE * keeping)) await keep();
          if (event.point || now() - lastReport >= REPORT_INTERVAL) {
            lastReport = now();
            report({ kind: 'report', report: event, used });
          }
        }
        if (!pausing()) continue;
        await keep();
        return undefined;
      }
    } finally {
      await steps.return(undefined as never);
    }
  };
  /** Proves the loss of what was found, measuring further policies on the way; undefined if a pause postpones it. */
  const prove = async ({ table }: Chosen, most: number): Promise<LossClaim | undefined> => {
    const proving = session.proveLosingAtMost({ setting, points: [...points], table, most, testImages: 0 }, turn);
    try {
      for (let since = now(); ; ) {
        const { value, done } = await proving.next();
        if (done) return value;
        if (value.kind === 'tested') report({ kind: 'proving', tried: value.tried });
        else {
          const seconds = spent.seconds + (now() - since) / 1000;
          spent = { ...spent, seconds, forward: spent.forward + value.forward, evaluations: spent.evaluations + 1 };
          const point = { ...value.point, spent };
          // A run that was paused here measures again what it had measured.
          const isKnown = points.some(({ policy }) => samePolicy(policy, point.policy));
          if (!isKnown) points.push(point);
          const phase = 'finding where the loss reaches the limit';
          report({ kind: 'report', report: { phase, spent, ...(!isKnown && { point }) }, used: 1 });
        }
        since = now();
        if (!pausing()) continue;
        await keep();
        return undefined;
      }
    } finally {
      await proving.return(undefined as never);
    }
  };
  /** Measures the front on test images; undefined if a pause postpones the rest. */
  const score = async (chosen: Chosen, claim?: LossClaim): Promise<SearchOutcome['front'] | undefined> => {
    // Of a claim, only the claimed policy.
    const own = claim === undefined ? points : points.filter(({ policy }) => samePolicy(policy, chosen.policy));
    if (claim !== undefined && claim.proved === undefined) return [];
    const scoring = session.scoreFront({ setting, points: own, chosen, testImages }, turn);
    try {
      for (;;) {
        const { value, done } = await scoring.next();
        if (done) return value;
        report(value);
        if (value.done > 0 && pausing()) return undefined;
      }
    } finally {
      await scoring.return(undefined as never);
    }
  };
  let chosen: Chosen | undefined;
  try {
    const result = await runToEnd();
    if (result === undefined) return outcome('paused');
    const { spent: _, ...choice } = result;
    chosen = choice;
    const claim = setting.lose === undefined ? undefined : await prove(chosen, setting.lose);
    if (setting.lose !== undefined && claim === undefined) return outcome('paused');
    if (claim) chosen = ofClaim(chosen, claim);
    const front = await score(chosen, claim);
    if (front === undefined) return outcome('paused');
    await keeper.forget(run);
    return outcome('finished', { front, chosen, ...(claim && { claim }) });
  } catch (error) {
    if (signal.aborted) {
      chosen ??= await session.concludeSearch(setting, { points, spent, state }, model);
      await keeper.forget(run);
      return outcome('stopped', chosen && { chosen });
    }
    if (model.replaced.aborted) return outcome('replaced');
    if (!isOfSettings(error)) throw error;
    await keeper.forget(run);
    return outcome('refused', { why: error.message });
  } finally {
    crew?.dispose();
    job.end();
  }
}

// The search command: drives a run of search/ with the engine's network, keeps its state, pauses, stops, and has its front
// measured on the test split at the end.
import type { LoadedModel } from '../core/loadedModel';
import type { Clock } from '../core/turn';
import { InfeasibleError } from '../optim/knapsack';
import type { Chosen } from '../search/chosen';
import { NOTHING_SPENT } from '../search/ledger';
import type { SearchProblem } from '../search/method';
import { createProblem } from '../search/problem';
import { type SearchId, searches } from '../search/registry';
import { concludeRun, type RunPoint, type RunResult, type RunSoFar, readOptions, runSearch } from '../search/run';
import { SettingsError } from '../search/settingsError';
import { DivergenceError } from '../train/train';
import type { HandlerContext, Params, Progress } from './protocol/commands';
import type { SearchMethodCard, SearchOutcome, SearchSettings, Spent } from './protocol/searching';
import { type Scheduler, yieldUntil } from './scheduler';
import { scoreFront } from './scoringFront';
import type { KeptRun, RunKeeper } from './searchKeeping';

/** Milliseconds between two reports that bring no point. */
const REPORT_INTERVAL = 200;
/** A state without a new point is kept after this many milliseconds, and at most a tenth of the time goes into keeping. */
const KEEP_INTERVAL = 3000;
const KEEP_SHARE = 10;

/** A run that shall go on and of which nothing is kept here, or that was made on other weights. */
export class RunMissingError extends Error {
  override readonly name = 'RunMissingError';
}

/** Every method as the page shows it. */
export function searchMethods(): SearchMethodCard[] {
  return (Object.keys(searches) as SearchId[]).map((id) => {
    const { search: _, ...card } = searches[id];
    return { id, ...card };
  });
}

/** What one run needs of the engine. */
export interface SearchContext {
  readonly model: LoadedModel;
  readonly scheduler: Scheduler;
  readonly keeper: RunKeeper;
  readonly now: Clock;
  readonly cacheBytes: number;
  /** True when the run is to end after the piece of work in progress, to go on later. */
  pausing(): boolean;
}

async function keptRun(run: string, { model, keeper }: Pick<SearchContext, 'model' | 'keeper'>): Promise<KeptRun> {
  const kept = await keeper.recall(run);
  if (kept === undefined)
    throw new RunMissingError('This search cannot go on: its state is not in this browser any more. Start it anew.');
  if (kept.fingerprint !== model.fingerprint)
    throw new RunMissingError('This search was made on other weights than those in use; it goes on where they are.');
  return kept;
}

/** True for what the same settings bring about again; other errors (a lost device, no memory) may pass. */
function isOfSettings(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof InfeasibleError || error instanceof DivergenceError;
}

const withoutSpent = ({ spent: _, ...choice }: RunResult): Chosen => choice;

/** What a run comes to that is stopped here; undefined where nothing of it names a policy yet. */
async function choiceOf(
  { method, options }: SearchSettings,
  problem: SearchProblem,
  soFar: RunSoFar,
): Promise<Chosen | undefined> {
  try {
    const values = readOptions(searches[method].options, options);
    return withoutSpent(await concludeRun(method, problem, values, soFar));
  } catch (error) {
    if (isOfSettings(error)) return undefined;
    throw error;
  }
}

/** Stops a paused run: says what it has come to, and forgets its state. */
export async function conclude(
  { run, setting }: Params<'concludeSearch'>,
  place: Omit<SearchContext, 'scheduler' | 'pausing'>,
): Promise<Chosen | null> {
  const { model, keeper, now, cacheBytes } = place;
  const kept = await keptRun(run, place);
  const context = { now, yieldTurn: async () => {} };
  const problem = createProblem(model.calibrated, model.dataset, { ...setting, cacheBytes }, context, kept);
  try {
    const choice = await choiceOf(setting, problem, kept);
    await keeper.forget(run);
    return choice ?? null;
  } finally {
    problem.dispose();
  }
}

/** Runs a search from its beginning or from where it was kept, until its end, a pause or a stop. */
export async function search(
  { run, setting, testImages, resume }: Params<'search'>,
  { signal, report }: HandlerContext<Progress<'search'>>,
  place: SearchContext,
): Promise<SearchOutcome> {
  const { model, keeper, now } = place;
  const kept = resume ? await keptRun(run, place) : undefined;
  const ended = AbortSignal.any([signal, model.replaced]);
  const job = place.scheduler.start('search');
  const yieldTurn = yieldUntil(ended, job);
  let spent: Spent = kept?.spent ?? NOTHING_SPENT;
  let notKept: string | undefined;
  const outcome = (reason: SearchOutcome['reason'], more: Partial<SearchOutcome> = {}): SearchOutcome => ({
    reason,
    spent,
    front: [],
    ...(notKept !== undefined && { notKept }),
    ...more,
  });
  try {
    const options = readOptions(searches[setting.method].options, setting.options);
    const problemOptions = { ...setting, cacheBytes: place.cacheBytes };
    const problem = createProblem(model.calibrated, model.dataset, problemOptions, { now, yieldTurn }, kept);
    const reports = runSearch(setting.method, problem, options, kept);
    const points: RunPoint[] = [...(kept?.points ?? [])];
    if (kept) report({ kind: 'kept', points, spent, used: problem.ledger.used });
    let state = kept?.state;
    let [lastKept, lastReport, keeping] = [now(), 0, 0];
    const keep = async () => {
      const started = now();
      const before = notKept;
      notKept = await keeper.keep(run, { fingerprint: model.fingerprint, points, spent, state });
      if (notKept !== undefined && before === undefined) report({ kind: 'notKept', why: notKept });
      lastKept = now();
      keeping = lastKept - started;
    };
    let chosen: Chosen | undefined;
    try {
      let result: RunResult | undefined;
      while (result === undefined) {
        if (place.pausing()) {
          await keep();
          return outcome('paused');
        }
        const next = await reports.next();
        if (next.done) {
          result = next.value;
          break;
        }
        const { state: reached, ...event } = next.value;
        state = reached;
        spent = event.spent;
        if (event.point) points.push(event.point);
        const since = now() - lastKept;
        // Before the page hears of a point, it is safe.
        if (event.point || since > Math.max(KEEP_INTERVAL, KEEP_SHARE * keeping)) await keep();
        if (!event.point && now() - lastReport < REPORT_INTERVAL) continue;
        lastReport = now();
        report({ kind: 'report', report: event, used: problem.ledger.used });
      }
      chosen = withoutSpent(result);
      const front = await scoreFront(points, chosen, { setting, testImages }, { ...place, yieldTurn, report });
      if (front === undefined) return outcome('paused');
      await keeper.forget(run);
      return outcome('finished', { front, chosen });
    } catch (error) {
      if (!signal.aborted) throw error;
      await reports.return(undefined as never);
      chosen ??= await choiceOf(setting, problem, { points, state });
      await keeper.forget(run);
      return outcome('stopped', chosen && { chosen });
    } finally {
      await reports.return(undefined as never);
      problem.dispose();
    }
  } catch (error) {
    if (signal.aborted) {
      await keeper.forget(run);
      return outcome('stopped');
    }
    if (model.replaced.aborted) return outcome('replaced');
    if (!isOfSettings(error)) throw error;
    await keeper.forget(run);
    return outcome('refused', { why: error.message });
  } finally {
    job.end();
  }
}

// The search command: drives a run of search/ with the engine's network, keeps its state, pauses, stops, and measures its
// front on the test split at the end.
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import type { BitPolicy } from '../graph/policy';
import { InfeasibleError } from '../optim/knapsack';
import { NOTHING_SPENT } from '../search/ledger';
import type { SearchPoint } from '../search/method';
import { createProblem } from '../search/problem';
import { type SearchId, searches } from '../search/registry';
import { rescore } from '../search/rescore';
import { frontOf, type RunPoint, type RunResult, readOptions, runSearch } from '../search/run';
import { SettingError } from '../search/settingError';
import type { LimitMeasure } from '../search/space';
import { DivergenceError } from '../train/train';
import type { LoadedModel } from './loadedModel';
import type { Clock } from './measuring';
import type { HandlerContext, Params, Progress } from './protocol/commands';
import type { ScoredPolicy, SearchMethodCard, SearchOutcome, SearchSetting, Spent } from './protocol/searching';
import type { KeptRun, RunKeeper } from './searchKeeping';
import type { Turns } from './turns';

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
    const { label, explanation, source, options } = searches[id];
    return { id, label, explanation, source, options };
  });
}

/** What one run needs of the engine. */
export interface SearchPlace {
  readonly model: LoadedModel;
  readonly turns: Turns;
  readonly keeper: RunKeeper;
  readonly now: Clock;
  readonly cacheBytes: number;
  /** True when the run is to end after the piece of work in progress, to go on later. */
  pausing(): boolean;
}

async function keptRun(run: string, { model, keeper }: SearchPlace): Promise<KeptRun> {
  const kept = await keeper.recall(run);
  if (kept === undefined)
    throw new RunMissingError('This search cannot go on: its state is not in this browser any more. Start it anew.');
  if (kept.fingerprint !== model.fingerprint)
    throw new RunMissingError('This search was made on other weights than those in use; it goes on where they are.');
  return kept;
}

/** What the front is made over: the measure of the first limit, or memory. */
function costBy(measure: LimitMeasure, { calibrated }: LoadedModel, { scheme }: SearchSetting) {
  const network = calibrated.base(scheme);
  if (measure === 'memory') return (policy: BitPolicy) => packedBytes(network, policy, scheme);
  return (policy: BitPolicy) => policyCost(network, policy)[measure === 'bitOps' ? 'bitOps' : 'weightBytes'];
}

/** True for what the same settings bring about again; other errors (a lost device, no memory) may pass. */
function isOfSettings(error: unknown): error is Error {
  return error instanceof SettingError || error instanceof InfeasibleError || error instanceof DivergenceError;
}

/** Runs a search from its beginning or from where it was kept, until its end, a pause or a stop. */
export async function search(
  { run, setting, testImages, resume }: Params<'search'>,
  { signal, report }: HandlerContext<Progress<'search'>>,
  place: SearchPlace,
): Promise<SearchOutcome> {
  const { model, keeper, now } = place;
  const kept = resume ? await keptRun(run, place) : undefined;
  const ended = AbortSignal.any([signal, model.replaced]);
  const job = place.turns.enter('search');
  const aborted = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
  const turn = async () => {
    // Who is stopped does not wait for more urgent jobs any longer.
    await Promise.race([job.turn(), aborted]);
    ended.throwIfAborted();
  };
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
    const problem = createProblem(model.calibrated, model.dataset, problemOptions, { now, turn }, kept);
    const reports = runSearch(setting.method, problem, options, kept?.state);
    const points: RunPoint[] = [...(kept?.points ?? [])];
    if (kept) report({ kind: 'kept', points, spent, used: problem.ledger.used });
    let state = kept?.state;
    let [lastKept, lastReport, keeping] = [now(), 0, 0];
    const keep = async () => {
      const started = now();
      notKept = await keeper.keep(run, { fingerprint: model.fingerprint, points, spent, state });
      lastKept = now();
      keeping = lastKept - started;
    };
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
      const { policy, because, control } = result;
      const front = await scoreFront(points, result);
      if (front === undefined) return outcome('paused');
      await keeper.forget(run);
      return outcome('finished', { front, chosen: { policy, because, ...(control && { control }) } });
    } finally {
      await reports.return(undefined as never);
      problem.dispose();
    }

    /** The front, the chosen policy and its control on test images; undefined when it is put off by a pause. */
    async function scoreFront(all: readonly RunPoint[], result: RunResult): Promise<ScoredPolicy[] | undefined> {
      // What shared weights can do goes with them.
      const own = all.filter(({ steps }) => steps !== 'shared');
      const cost = costBy(setting.limits[0]?.measure ?? 'memory', model, setting);
      const found: (Pick<SearchPoint, 'policy' | 'steps'> & Partial<SearchPoint>)[] = frontOf(own, cost);
      for (const policy of [result.policy, result.control]) {
        const is = (point: { readonly policy: BitPolicy }) => JSON.stringify(point.policy) === JSON.stringify(policy);
        if (policy && !found.some(is)) found.push(own.find(is) ?? { policy, steps: setting.steps });
      }
      const scored: ScoredPolicy[] = [];
      const images = Math.min(testImages, model.dataset.test.length);
      report({ kind: 'scoring', done: 0, of: found.length, images });
      for await (const { policy, accuracy } of rescore(problem.material, found, { ...problemOptions, images }, turn)) {
        const { accuracy: searched, steps } = found[scored.length];
        scored.push({ policy, steps, ...(searched && { searched }), tested: accuracy });
        report({ kind: 'scoring', done: scored.length, of: found.length, images });
        if (place.pausing()) return undefined;
      }
      return scored;
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
    job.leave();
  }
}

// Searches from the page: start, pause, resume, stop, discard. The engine runs one at a time; the others wait here.
import { isCanceled } from '../engine/client';
import type { SearchOutcome, SearchProgress } from '../engine/protocol/searching';
import { announce } from './announce';
import { engine, messageOf } from './connection';
import { desk } from './desk';
import { runName, settingFrom, TEST_IMAGES } from './searchForm';
import { bestOf, type SearchRun, storedRuns, storeRun, unstoreRun } from './searchRuns';
import { runFits } from './searchSelectors';

/** Milliseconds between two looks at a run; points may come faster than eyes and charts can follow. */
const PACE = 250;
/** Milliseconds in which discarding can be undone. */
const UNDO_TIME = 10_000;
/** Runs compared at most without being asked. */
const MOST_COMPARED = 8;

let call: { readonly id: string; cancel(): void } | null = null;

const runOf = (id: string) => desk.getState().runs.find((run) => run.id === id);

function change(id: string, changes: Partial<SearchRun>): void {
  const before = desk.getState();
  const runs = before.runs.map((run) => (run.id === id ? { ...run, ...changes } : run));
  desk.setState({ runs });
  const changed = runs.find((run) => run.id === id);
  if (changed) storeRun(changed);
}

/** Brings the runs of earlier visits back, and fetches what searches there are as soon as an engine runs. */
export function startSearches(): void {
  const stored = storedRuns();
  const runs = stored.filter((run) => !run.discarded);
  desk.setState({ runs, compared: runs.slice(0, MOST_COMPARED).map(({ id }) => id) });
  let gone = stored.filter((run) => run.discarded);
  for (const { id } of gone) unstoreRun(id);
  desk.subscribe((now, before) => {
    if (now.network === null || now.network === before.network) return;
    for (const { id } of gone) forgetState(id);
    gone = [];
    if (now.searchMethods.length === 0) void loadMethods();
    pump();
  });
}

async function loadMethods(): Promise<void> {
  try {
    const searchMethods = await engine()?.call('searchMethods', {}).result;
    if (searchMethods) desk.setState({ searchMethods });
  } catch (error) {
    if (!isCanceled(error)) console.warn('The searches cannot be listed:', error);
  }
}

let lastId = 0;
/** Rises from run to run and from visit to visit. */
function newId(): string {
  lastId = Math.max(lastId + 1, Date.now());
  return lastId.toString(36);
}

/** Starts a run with what the form says; it waits while another one runs. */
export function startSearch(): void {
  const now = desk.getState();
  const { network, searchMethods, searchForm } = now;
  const card = searchMethods.find(({ id }) => id === searchForm.method);
  if (network === null || card === undefined) return;
  const run: SearchRun = {
    id: newId(),
    name: runName(now, card),
    label: card.label,
    network: network.id,
    dataset: network.dataset,
    fingerprint: network.fingerprint,
    setting: settingFrom(now),
    state: 'queued',
    why: '',
    begun: false,
    phase: '',
    used: 0,
    spent: { forward: 0, backward: 0, evaluations: 0, seconds: 0 },
    points: [],
    inside: null,
    chosen: null,
    front: [],
    discarded: false,
  };
  desk.setState({
    runs: [run, ...now.runs],
    compared: [run.id, ...now.compared].slice(0, MOST_COMPARED),
    shownRun: run.id,
  });
  storeRun(run);
  pump();
  const waits = runOf(run.id)?.state === 'queued';
  announce(`${run.name} ${waits ? 'waits for the search before it' : 'started'}.`);
}

/** Begins with the queued run that has waited longest, when the engine is free. */
function pump(): void {
  const now = desk.getState();
  if (call !== null || engine() === null || now.network === null) return;
  const next = now.runs.findLast((run) => run.state === 'queued' && !run.discarded && runFits(run, now));
  if (next) void begin(next);
}

async function begin({ id, setting, begun }: SearchRun): Promise<void> {
  const client = engine();
  if (client === null) return;
  change(id, { state: 'running', why: '', begun: true, phase: begun ? 'going on' : 'preparing' });
  const params = { run: id, setting, testImages: TEST_IMAGES, resume: begun };
  const mine = client.call('search', params, (progress) => showProgress(id, progress));
  call = { id, cancel: () => mine.cancel() };
  try {
    finish(id, await mine.result);
  } catch (error) {
    look();
    const run = runOf(id);
    // Killed before anything was kept: nothing is lost by beginning anew.
    if ((error as Error).name === 'RunMissingError' && run?.points.length === 0 && begun)
      change(id, { state: 'queued', begun: false });
    else if (isCanceled(error)) change(id, { state: 'paused', why: 'the engine was restarted' });
    else {
      change(id, { state: 'failed', why: messageOf(error) });
      announce(`${run?.name} failed: ${messageOf(error)}`);
    }
  } finally {
    call = null;
    pump();
  }
}

const ENDS = {
  finished: { state: 'done', why: '' },
  stopped: { state: 'stopped', why: '' },
  paused: { state: 'paused', why: '' },
  replaced: { state: 'paused', why: 'another network, other images or other weights were put in use' },
} as const satisfies Record<SearchOutcome['reason'], Pick<SearchRun, 'state' | 'why'>>;

function finish(id: string, { reason, spent, chosen, front, notKept }: SearchOutcome): void {
  look();
  const run = runOf(id);
  if (run === undefined) return;
  const why =
    reason === 'paused' && notKept !== undefined ? `it lasts as long as this page: ${notKept}` : ENDS[reason].why;
  change(id, { ...ENDS[reason], why, spent, phase: '', chosen: chosen ?? null, front });
  announce(`${run.name}: ${ENDS[reason].state}, ${spent.evaluations} policies measured. ${bestWords(run)}`);
}

function bestWords({ points }: Pick<SearchRun, 'points'>): string {
  const best = bestOf(points);
  return best ? `Best so far: ${(best.accuracy.value * 100).toFixed(1)} percent.` : '';
}

let unseen: { readonly id: string; readonly progress: SearchProgress }[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function showProgress(id: string, progress: SearchProgress): void {
  unseen.push({ id, progress });
  timer ??= setTimeout(look, PACE);
}

/** Takes up all progress since the last look. */
function look(): void {
  clearTimeout(timer);
  timer = undefined;
  const news = unseen;
  unseen = [];
  const id = news[0]?.id;
  const before = id === undefined ? undefined : runOf(id);
  if (before === undefined) return;
  const after = news.reduce((run, { progress }) => afterProgress(run, progress), before);
  change(after.id, after);
  const quarter = (run: SearchRun) => Math.floor(Math.min(1, run.used) * 4);
  const [was, is] = [bestOf(before.points), bestOf(after.points)];
  const milestone = quarter(after) > quarter(before) ? `${quarter(after) * 25} percent of its budget. ` : '';
  const isNew = is !== was && is?.accuracy.value !== was?.accuracy.value;
  if (milestone || isNew) announce(`${after.name}: ${milestone}${bestWords(after)}`);
}

function afterProgress(run: SearchRun, progress: SearchProgress): SearchRun {
  if (progress.kind === 'kept') {
    const { points, spent, used } = progress;
    return { ...run, points, spent, used };
  }
  if (progress.kind === 'scoring') {
    const { done, of, images } = progress;
    return { ...run, phase: `measuring its front on ${images} test images`, done: of === 0 ? 1 : done / of };
  }
  const { used, report } = progress;
  const { phase, done, point, inside, spent } = report;
  const { done: _, ...rest } = run;
  return {
    ...rest,
    phase,
    ...(done !== undefined && { done }),
    used,
    spent,
    points: point ? [...run.points, point] : run.points,
    inside: inside ?? run.inside,
  };
}

/** Ends what is in flight, counts it, and waits. */
export function pauseSearch(id: string): void {
  const run = runOf(id);
  if (run?.state === 'queued') change(id, { state: 'paused', why: '' });
  if (run?.state !== 'running') return;
  change(id, { state: 'pausing' });
  void engine()
    ?.call('pauseSearch', { run: id })
    .result.catch(() => undefined);
}

/** Lets a run go on, after the one that runs. */
export function resumeSearch(id: string): void {
  change(id, { state: 'queued', why: '' });
  pump();
}

/** Ends a run; what it has found stays, and nothing runs any further. */
export function stopSearch(id: string): void {
  if (call?.id === id) {
    call.cancel();
    return;
  }
  change(id, { state: 'stopped', why: '', phase: '' });
  forgetState(id);
}

function forgetState(id: string): void {
  void engine()
    ?.call('forgetSearch', { run: id })
    .result.catch(() => undefined);
}

const discards = new Map<string, ReturnType<typeof setTimeout>>();

/** Throws a run away, for good after ten seconds. One at work is paused until then. */
export function discardSearch(id: string): void {
  pauseSearch(id);
  change(id, { discarded: true });
  discards.set(
    id,
    setTimeout(() => forget(id), UNDO_TIME),
  );
  announce(`${runOf(id)?.name} discarded; this can be undone for ten seconds.`);
}

/** Brings a discarded run back. */
export function undoDiscard(id: string): void {
  clearTimeout(discards.get(id));
  discards.delete(id);
  change(id, { discarded: false });
  announce(`${runOf(id)?.name} is back.`);
}

function forget(id: string): void {
  discards.delete(id);
  if (call?.id === id) call.cancel();
  const { runs, compared, shownRun } = desk.getState();
  desk.setState({
    runs: runs.filter((run) => run.id !== id),
    compared: compared.filter((other) => other !== id),
    shownRun: shownRun === id ? null : shownRun,
  });
  unstoreRun(id);
  forgetState(id);
}

/** Names a run; an empty name changes nothing. */
export function renameRun(id: string, name: string): void {
  const clean = name.replace(/\s+/g, ' ').trim().slice(0, 60);
  if (clean !== '') change(id, { name: clean });
}

/** Puts a run on the plot and among those compared, or takes it away. */
export function compareRun(id: string, on: boolean): void {
  const others = desk.getState().compared.filter((other) => other !== id);
  desk.setState({ compared: on ? [id, ...others] : others });
}

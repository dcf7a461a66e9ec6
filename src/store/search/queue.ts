// Starts, pauses, resumes and stops searches. The engine runs one at a time; the others wait here.
import { isCanceled } from '../../engine/client';
import type { SearchOutcome } from '../../engine/protocol/searching';
import { searching } from '../../words/en/searching';
import { status } from '../../words/en/status';
import { announce, showProblem } from '../state/announce';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { SearchForm } from '../state/searchForm';
import { mayGoOn, type SearchRun } from '../state/searchRun';
import { rememberStep, undoStateOf } from '../state/step';
import { carrier } from './carrier';
import { changeRun, dropRun, keepRun, runOf } from './changes';
import { runName, settingFrom, TEST_IMAGES } from './form';
import { claimRun } from './locks';
import { watchOptions } from './options';
import { bestWords, isOfCrew, showProgress, takeUpProgress } from './progress';
import { runFits } from './selectors';
import { storedRuns, unstoreRun } from './storage';
import { watchOtherTabs, withRun } from './tabs';

/** Maximum number of runs compared by default. */
const MOST_COMPARED = 8;

let call: { readonly id: string; cancel(): void } | null = null;

/** Restores the runs of earlier visits, and fetches the available methods as soon as an engine runs. */
export function startSearches(): void {
  const stored = storedRuns();
  const runs = stored.filter((run) => !run.discarded);
  desk.setState({ runs, compared: runs.slice(0, MOST_COMPARED).map(({ id }) => id) });
  watchOtherTabs();
  watchOptions();
  let deleted: string[] = [];
  for (const { id, discarded } of stored)
    if (discarded)
      void withRun(id, () => {
        unstoreRun(id);
        dropRun(id);
        deleted.push(id);
      });
  const goOn = () => {
    for (const id of deleted) forgetState(id);
    deleted = [];
    if (desk.getState().searchMethods.length === 0) void loadMethods();
    pump();
  };
  if (desk.getState().network !== null) goOn();
  desk.subscribe((now, before) => {
    if (now.network !== null && now.network !== before.network) goOn();
  });
}

async function loadMethods(): Promise<void> {
  try {
    const searchMethods = await engine()?.call('searchMethods', {}).result;
    if (searchMethods) desk.setState({ searchMethods });
  } catch (error) {
    if (!isCanceled(error)) showProblem(searching.noMethods(messageOf(error)), { error, actions: ['restartEngine'] });
  }
}

let lastId = 0;
/** A new id, greater than all earlier ones of this and earlier visits. */
function newId(): string {
  lastId = Math.max(lastId + 1, Date.now());
  return lastId.toString(36);
}

/** Starts a run with the settings of the form on the desk, or of another; it waits while another one runs. */
export function startSearch(form: SearchForm = desk.getState().searchForm): void {
  const now = { ...desk.getState(), searchForm: form };
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
    ...(now.backend && { backend: now.backend.name }),
    setting: settingFrom(now),
    form: searchForm,
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
    scoring: 'no',
    discarded: false,
  };
  desk.setState({
    runs: [run, ...now.runs],
    compared: [run.id, ...now.compared].slice(0, MOST_COMPARED),
    shownRun: run.id,
    revised: null,
  });
  void claimRun(run.id);
  keepRun(run);
  pump();
  const isWaiting = runOf(run.id)?.state === 'queued';
  announce(isWaiting ? searching.waits(run.name) : searching.started(run.name), true);
}

const waits = ({ state, scoring, discarded }: SearchRun) => (state === 'queued' || scoring === 'waiting') && !discarded;

/** Starts the oldest waiting run if the engine is free. */
function pump(): void {
  const now = desk.getState();
  if (call !== null || engine() === null || now.network === null) return;
  const next = now.runs.findLast((run) => waits(run) && runFits(run, now));
  if (next) void (next.state === 'queued' ? begin(next) : score(next));
}

async function begin({ id, setting, begun }: SearchRun): Promise<void> {
  const client = engine();
  if (client === null) return;
  changeRun(id, { state: 'running', why: '', begun: true, phase: begun ? searching.resuming : searching.preparing });
  const others = carrier();
  others?.begin(client, setting);
  const params = { run: id, setting, testImages: TEST_IMAGES, resume: begun, crew: others !== undefined };
  const mine = client.call('search', params, (progress) => {
    if (isOfCrew(progress)) others?.hear(progress);
    else showProgress(id, progress);
  });
  call = { id, cancel: () => mine.cancel() };
  try {
    finish(id, await mine.result);
  } catch (error) {
    takeUpProgress();
    const run = runOf(id);
    // Ended before anything was stored: nothing is lost by starting again.
    const isMissing = (error as Error).name === 'RunMissingError';
    if (isMissing && run?.points.length === 0 && begun) changeRun(id, { state: 'queued', begun: false });
    else if (isCanceled(error)) changeRun(id, { state: 'paused', why: searching.because.restarted });
    else {
      changeRun(id, { state: isMissing ? 'refused' : 'failed', why: messageOf(error) });
      announce(searching.failed(run?.name ?? '', messageOf(error)));
    }
  } finally {
    others?.end();
    call = null;
    pump();
  }
}

async function score({ id, name, setting, points, chosen }: SearchRun): Promise<void> {
  const client = engine();
  if (client === null) return;
  changeRun(id, { scoring: 'running', why: '' });
  const params = { setting, points, testImages: TEST_IMAGES, ...(chosen && { chosen }) };
  const mine = client.call('scoreSearch', params, (progress) => showProgress(id, progress));
  call = { id, cancel: () => mine.cancel() };
  try {
    const front = await mine.result;
    changeRun(id, { front });
    announce(searching.scored(name, front.length));
  } catch (error) {
    if (!isCanceled(error)) {
      changeRun(id, { why: searching.notScored(messageOf(error)) });
      announce(searching.notScoredOf(name, messageOf(error)));
    }
  } finally {
    takeUpProgress();
    changeRun(id, { scoring: 'no', phase: '' });
    call = null;
    pump();
  }
}

const ENDS = {
  finished: 'done',
  stopped: 'stopped',
  paused: 'paused',
  replaced: 'paused',
  refused: 'refused',
} as const satisfies Record<SearchOutcome['reason'], SearchRun['state']>;

function finish(id: string, outcome: SearchOutcome): void {
  const { reason, spent, chosen, front, claim, notKept } = outcome;
  takeUpProgress();
  const run = runOf(id);
  if (run === undefined) return;
  const shortLived = reason === 'paused' && notKept !== undefined;
  const ended = reason === 'replaced' ? searching.because.replaced : '';
  const why = shortLived ? searching.because.shortLived(notKept) : (outcome.why ?? ended);
  changeRun(id, { state: ENDS[reason], why, spent, phase: '', chosen: chosen ?? null, front, ...(claim && { claim }) });
  if (reason === 'refused') announce(searching.failed(run.name, why));
  else announce(searching.ended(run.name, status.searchState[ENDS[reason]], spent.evaluations, bestWords(run)), true);
}

/** Copies the settings of a run into the form for revision; the reason of its failure is shown next to them. */
export function reviseSearch(id: string): void {
  const run = runOf(id);
  if (run === undefined) return;
  rememberStep(undoStateOf(desk.getState()));
  desk.setState({ searchForm: run.form, revised: { name: run.name, why: run.why } });
}

/** Pauses a run after its current measurement, which counts. */
export function pauseSearch(id: string): void {
  const run = runOf(id);
  if (run?.state === 'queued') changeRun(id, { state: 'paused', why: '' });
  if (run?.state !== 'running') return;
  changeRun(id, { state: 'pausing' });
  void engine()
    ?.call('pauseSearch', { run: id })
    .result.catch(() => undefined);
}

/** Resumes a run, after the running one. */
export function resumeSearch(id: string): void {
  void withRun(id, () => {
    if (!mayGoOn(runOf(id))) return;
    changeRun(id, { state: 'queued', why: '' });
    pump();
  });
}

/** Measures the front of a stopped run on test images, after the running search. */
export function scoreSearch(id: string): void {
  void withRun(id, () => {
    changeRun(id, { scoring: 'waiting' });
    pump();
  });
}

/** Stops a run, or the measuring of its front; its results stay. */
export function stopSearch(id: string): void {
  if (endSearch(id)) return;
  void withRun(id, () => {
    const run = runOf(id);
    const hasState = run?.begun === true && mayGoOn(run);
    changeRun(id, { state: 'stopped', why: '', phase: '', scoring: 'no' });
    if (run !== undefined && hasState && runFits(run, desk.getState())) void conclude(run);
    else forgetState(id);
  });
}

/** Asks the engine for the result of an inactive run, from what its method has learned. */
async function conclude({ id, name, setting }: SearchRun): Promise<void> {
  try {
    const chosen = await engine()?.call('concludeSearch', { run: id, setting }).result;
    if (chosen) changeRun(id, { chosen });
  } catch (error) {
    if (isCanceled(error)) return;
    changeRun(id, { why: searching.unread(messageOf(error)) });
    announce(searching.unreadOf(name, messageOf(error)));
  }
}

/** Ends the search in the engine if it is this run's; false otherwise. */
export function endSearch(id: string): boolean {
  if (call?.id !== id) return false;
  call.cancel();
  return true;
}

/** Deletes the stored state of a run that will not be resumed. */
export function forgetState(id: string): void {
  void engine()
    ?.call('forgetSearch', { run: id })
    .result.catch(() => undefined);
}

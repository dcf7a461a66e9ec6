// Runs on the page: one at a time while others wait; pause, resume, discard and restore; nothing is lost with the engine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import type { Params } from '../../engine/protocol/commands';
import type { RunPoint, SearchOutcome, SearchProgress } from '../../engine/protocol/searching';
import { uniformPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { desk, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import { memoryStorage } from '../state/storage.testing';
import { compareRun, renameRun } from './changes';
import { discardSearch, undoDiscard } from './discard';
import { setSearchForm } from './form';
import { pauseSearch, resumeSearch, reviseSearch, scoreSearch, startSearch, startSearches, stopSearch } from './queue';
import { runsCompared, runsListed } from './selectors';

const { said } = vi.hoisted(() => ({ said: [] as string[] }));
// Announcements are paced; here every one counts.
vi.mock('../state/announce', () => ({
  announce: (text: string) => said.push(text),
  showProblem: (text: string) => said.push(`problem: ${text}`),
}));

interface Call {
  readonly command: string;
  readonly params: Params<'search'>;
  progress(value: SearchProgress): void;
  resolve(value: unknown): void;
  reject(error: Error): void;
  canceled: boolean;
}
let calls: Call[] = [];
const searches = () => calls.filter(({ command }) => command === 'search');
const named = (command: string) => calls.filter((call) => call.command === command).map(({ params }) => params.run);
const states = () => runsListed(desk.getState()).map(({ state }) => state);
const ids = () => runsListed(desk.getState()).map(({ id }) => id);

const settle = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};
const spent = { forward: 256, backward: 0, evaluations: 1, seconds: 1 };
const outcome = (reason: SearchOutcome['reason']): SearchOutcome => ({ reason, spent, front: [] });
const pointOf = (right: number): RunPoint => ({
  policy: uniformPolicy(desk.getState().architecture, 4, 8),
  steps: 0,
  role: 'candidate',
  accuracy: wilson(right, 100),
  loss: 1,
  spent,
});

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  vi.stubGlobal('localStorage', memoryStorage());
  const state = initialDesk('tiny');
  const { networkId: id, datasetId: dataset, architecture } = state;
  const network = {
    id,
    dataset,
    architecture,
    fingerprint: 'f',
    checkpoint: { origin: 'shipped', recipe: '' },
  };
  const card = { id: 'uniform', label: 'Uniform', explanation: '', source: '', options: {} } as const;
  const searchForm = { ...state.searchForm, method: 'uniform' } as const;
  desk.setState({ ...state, network: network as never, searchMethods: [card], searchForm }, true);
  const call = (command: string, params: Params<'search'>, progress: (value: SearchProgress) => void) => {
    const made = { command, params, progress, canceled: false } as Call;
    calls.push(made);
    const result = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return { result, cancel: () => Object.assign(made, { canceled: true }) };
  };
  setEngine({ call } as unknown as EngineClient);
});
afterEach(async () => {
  for (const call of searches()) call.resolve(outcome('stopped'));
  await settle();
  setEngine(null);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('runs execute one at a time in the order of starting, and each resumes where it was paused', async () => {
  startSearch();
  startSearch();
  expect(states()).toEqual(['queued', 'running']);
  const [second, first] = ids();
  expect(searches().map(({ params }) => [params.run, params.resume])).toEqual([[first, false]]);
  pauseSearch(first);
  expect(states()).toEqual(['queued', 'pausing']);
  expect(named('pauseSearch')).toEqual([first]);
  searches()[0].resolve(outcome('paused'));
  await settle();
  expect(states()).toEqual(['running', 'paused']);
  resumeSearch(first);
  expect(states()).toEqual(['running', 'queued']);
  searches()[1].resolve({ ...outcome('finished'), chosen: { policy: pointOf(1).policy, because: 'best' } });
  await settle();
  expect(states()).toEqual(['done', 'running']);
  expect(searches().map(({ params }) => [params.run, params.resume])).toEqual([
    [first, false],
    [second, false],
    [first, true],
  ]);
});

test('progress is applied a few times per second, and a stored state replaces the state of the page', async () => {
  startSearch();
  const [run] = searches();
  run.progress({ kind: 'report', used: 0.1, report: { phase: 'measuring', spent, point: pointOf(50) } });
  run.progress({ kind: 'report', used: 0.3, report: { phase: 'measuring', done: 0.5, spent, point: pointOf(70) } });
  expect(runsListed(desk.getState())[0].points).toHaveLength(0);
  vi.advanceTimersByTime(300);
  expect(runsListed(desk.getState())[0]).toMatchObject({ used: 0.3, phase: 'measuring', done: 0.5 });
  expect(runsCompared(desk.getState())[0].points).toHaveLength(2);
  expect(said.at(-1)).toMatch(/25 percent of its budget used. Best so far: 70.0 percent/);
  run.progress({ kind: 'kept', used: 0.1, spent, points: [pointOf(50)] });
  vi.advanceTimersByTime(300);
  expect(runsListed(desk.getState())[0].points).toHaveLength(1);
});

test('a run whose state cannot be stored says so, with advice', () => {
  startSearch();
  searches()[0].progress({ kind: 'notKept', why: 'there is no room left' });
  vi.advanceTimersByTime(300);
  const words = /problem: Uniform.* could not be kept in this browser: there is no room left\..*Let it finish before/;
  expect(said.filter((text) => words.test(text))).toHaveLength(1);
  expect(states()).toEqual(['running']);
});

test('an active run comes back paused after a reload', async () => {
  startSearch();
  searches()[0].progress({ kind: 'report', used: 0.3, report: { phase: 'measuring', spent, point: pointOf(70) } });
  vi.advanceTimersByTime(300);
  const before = runsListed(desk.getState())[0];
  desk.setState({ runs: [], compared: [] });
  startSearches();
  expect(runsListed(desk.getState())).toEqual([{ ...before, state: 'paused', why: 'the page was closed' }]);
  expect(runsCompared(desk.getState())).toHaveLength(1);
});

test('stopping keeps the results; a waiting run is stopped without the engine', async () => {
  startSearch();
  startSearch();
  const [second, first] = ids();
  stopSearch(second);
  expect(states()).toEqual(['stopped', 'running']);
  stopSearch(first);
  expect(searches()[0].canceled).toBe(true);
  searches()[0].resolve(outcome('stopped'));
  await settle();
  expect(states()).toEqual(['stopped', 'stopped']);
  expect(searches()).toHaveLength(1);
});

test('stopping a paused run asks for its learned result, or keeps only its points if its network is not in use', async () => {
  const chosen = { policy: pointOf(1).policy, because: 'by its program' };
  const concluded = () => calls.filter(({ command }) => command === 'concludeSearch');
  startSearch();
  searches()[0].resolve(outcome('paused'));
  await settle();
  const [id] = ids();
  stopSearch(id);
  expect(concluded().map(({ params }) => params.run)).toEqual([id]);
  concluded()[0].resolve(chosen);
  await settle();
  expect(runsListed(desk.getState())[0]).toMatchObject({ state: 'stopped', chosen, why: '' });
  startSearch();
  searches()[1].resolve(outcome('paused'));
  await settle();
  const { network } = desk.getState();
  desk.setState({ network: { ...network, fingerprint: 'another' } as never });
  stopSearch(ids()[0]);
  expect(concluded()).toHaveLength(1);
  expect(named('forgetSearch')).toEqual([ids()[0]]);
  // An unreadable state is reported.
  desk.setState({ network });
  startSearch();
  searches()[2].resolve(outcome('paused'));
  await settle();
  stopSearch(ids()[0]);
  concluded()[1].reject(new Error('its state is damaged'));
  await settle();
  expect(runsListed(desk.getState())[0].why).toBe('what it had learned could not be read: its state is damaged');
});

test('the front of a stopped run is measured on request, after the running search', async () => {
  startSearch();
  const [stopped] = ids();
  searches()[0].progress({ kind: 'report', used: 0.1, report: { phase: 'measuring', spent, point: pointOf(50) } });
  stopSearch(stopped);
  searches()[0].resolve(outcome('stopped'));
  await settle();
  startSearch();
  const scoringOf = () => runsListed(desk.getState()).find(({ id }) => id === stopped)?.scoring;
  const scores = () => calls.filter(({ command }) => command === 'scoreSearch');
  scoreSearch(stopped);
  expect([scoringOf(), scores().length]).toEqual(['waiting', 0]);
  stopSearch(stopped);
  expect(scoringOf()).toBe('no');
  scoreSearch(stopped);
  searches()[1].resolve(outcome('finished'));
  await settle();
  expect(scoringOf()).toBe('running');
  expect(scores()[0].params).toMatchObject({ points: [pointOf(50)], testImages: 2000 });
  scores()[0].progress({ kind: 'scoring', done: 1, of: 4, images: 2000 });
  vi.advanceTimersByTime(300);
  expect(runsListed(desk.getState())[1]).toMatchObject({
    done: 0.25,
    phase: 'measuring its front on 2,000 test images',
  });
  stopSearch(stopped);
  expect(scores()[0].canceled).toBe(true);
  scores()[0].reject(Object.assign(new Error('canceled'), { name: 'AbortError' }));
  await settle();
  expect(runsListed(desk.getState())[1]).toMatchObject({ state: 'stopped', scoring: 'no', front: [], why: '' });
  scoreSearch(stopped);
  const front = [{ policy: pointOf(50).policy, steps: 0, searched: wilson(50, 100), tested: wilson(980, 2000) }];
  scores()[1].resolve(front);
  await settle();
  expect(runsListed(desk.getState())[1]).toMatchObject({ state: 'stopped', scoring: 'no', front });
});

test('discarding can be undone for ten seconds; then the run and its state are deleted', async () => {
  startSearch();
  const [id] = ids();
  discardSearch(id);
  searches()[0].resolve(outcome('paused'));
  await settle();
  expect(states()).toEqual([]);
  vi.advanceTimersByTime(9000);
  undoDiscard(id);
  vi.advanceTimersByTime(9000);
  expect(states()).toEqual(['paused']);
  discardSearch(id);
  vi.advanceTimersByTime(10_000);
  expect(desk.getState().runs).toEqual([]);
  expect(named('forgetSearch')).toEqual([id]);
  startSearches();
  expect(desk.getState().runs).toEqual([]);
});

test('refused settings return to the form, with the reason next to them until the next start', async () => {
  setSearchForm({ limits: { memory: 1, compression: null, bitOps: null }, seed: 5 });
  startSearch();
  const { searchForm } = desk.getState();
  const why = 'The limit of 1.0 KB cannot be met: raise it.';
  searches()[0].resolve({ ...outcome('refused'), why });
  await settle();
  const [run] = runsListed(desk.getState());
  expect(run).toMatchObject({ state: 'refused', why });
  expect(said.at(-1)).toBe(`${run.name} failed: ${why}`);
  setSearchForm({ method: 'random', seed: 6, limitKind: 'none' });
  reviseSearch(run.id);
  expect(desk.getState()).toMatchObject({ searchForm, revised: { name: run.name, why } });
  startSearch();
  expect(desk.getState().revised).toBeNull();
  expect(searches()[1].params.setting).toEqual(run.setting);
});

test('a failed run says why and can be retried; an engine restart only pauses it', async () => {
  startSearch();
  searches()[0].reject(new Error('The GPU device was lost'));
  await settle();
  expect(runsListed(desk.getState())[0]).toMatchObject({ state: 'failed', why: 'The GPU device was lost' });
  startSearch();
  searches()[1].reject(Object.assign(new Error('The engine was restarted.'), { name: 'AbortError' }));
  await settle();
  expect(states()).toEqual(['paused', 'failed']);
  // Nothing was stored yet, so it restarts automatically.
  resumeSearch(ids()[0]);
  searches()[2].reject(Object.assign(new Error('gone'), { name: 'RunMissingError' }));
  await settle();
  expect(searches()[3].params.resume).toBe(false);
  // A run with points but without its state would only fail again.
  searches()[3].progress({ kind: 'report', used: 0.1, report: { phase: '', spent, point: pointOf(50) } });
  searches()[3].reject(Object.assign(new Error('gone'), { name: 'RunMissingError' }));
  await settle();
  expect(states()).toEqual(['refused', 'failed']);
});

test('runs have names, and are compared at the user’s choice', () => {
  setSearchForm({ seed: 9 });
  startSearch();
  const [id] = ids();
  expect(runsListed(desk.getState())[0].name).toMatch(/^Uniform · .* KB · seed 9$/);
  renameRun(id, '  my   run ');
  renameRun(id, ' ');
  expect(runsListed(desk.getState())[0].name).toBe('my run');
  compareRun(id, false);
  expect(runsCompared(desk.getState())).toEqual([]);
  compareRun(id, true);
  desk.setState({ scheme: { quantizer: 'dorefa', granularity: 'tensor' } });
  expect(runsCompared(desk.getState())).toEqual([]);
});

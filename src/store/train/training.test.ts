// Training from the page: what the user sees of a run, of an interrupted one, and of faders that have moved.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import type { TrainOutcome, TrainProgress } from '../../engine/protocol/training';
import { wilson } from '../../math/statistics';
import { followsRecipe, IMPROVED_ROUNDING_RECIPE } from '../../options/training';
import { undo } from '../link/undo';
import { applyPreset } from '../policy/actions';
import { desk, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import { discardTraining, lookForInterrupted, watchInterrupted } from './interrupted';
import { losesByLeaving } from './leaving';
import { applyRecipe } from './options';
import { goOnTraining, pauseTraining, showTrained, startTraining, trainsForOthers } from './training';

interface Asked {
  readonly command: string;
  readonly params: Record<string, unknown>;
  progress(progress: TrainProgress): void;
  answer(value: unknown): void;
  fail(name: string): void;
}
let calls: Asked[] = [];
const client = {
  call: (command: string, params: Record<string, unknown>, progress: Asked['progress']) => ({
    cancel: () => {},
    result: new Promise((answer, reject) => {
      const fail = (name: string) => reject(Object.assign(new Error('gone'), { name }));
      calls.push({ command, params, progress, answer, fail });
      if (command === 'openNetwork') answer({ ...network, fingerprint: params.weights });
      if (command === 'weightsAside') answer([]);
    }),
  }),
} as unknown as EngineClient;
const last = (command: string) => calls.findLast((each) => each.command === command) as Asked;
const settled = () => new Promise((resolve) => setTimeout(resolve));

const start = initialDesk('tiny');
const network = {
  ...({ id: 'tiny', dataset: 'emoji10' } as const),
  ...{ architecture: start.architecture, fingerprint: 'old' },
  checkpoint: { origin: 'shipped', recipe: '' },
} as const;
const progress = (step: number, more: Partial<TrainProgress> = {}): TrainProgress => ({
  ...{ state: 'running', step, steps: 100, epoch: step / 50, loss: 2, accuracy: 0.3 },
  ...{ learningRate: 0.1, imagesPerSecond: 100, secondsLeft: 9, ...more },
});
const outcome = (fingerprint: string, verdict: 'better' | 'chance'): TrainOutcome => ({
  ...{ reason: 'finished', message: '', steps: 100, former: 'old', trained: 'new' },
  comparison: {
    ...{ before: wilson(80, 100), after: wilson(10, 100), verdict },
    difference: { gained: 0, lost: 70, difference: -0.7, lower: -0.8, upper: -0.6 },
  },
  network: { ...network, fingerprint },
});

let stored: Map<string, string>;
beforeEach(() => {
  stored = new Map();
  // As in a browser, entries are own keys of the storage.
  vi.stubGlobal(
    'localStorage',
    new Proxy({} as Record<string, unknown>, {
      ownKeys: () => [...stored.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      get: (_, name) =>
        ({
          getItem: (key: string) => stored.get(key) ?? null,
          setItem: (key: string, value: string) => stored.set(key, value),
          removeItem: (key: string) => stored.delete(key),
        })[name as string],
    }),
  );
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  calls = [];
  const dataset = { id: 'emoji10', label: '', classes: [], train: 9, validation: 9, test: 9, notes: [] } as const;
  desk.setState({ ...start, dataset, network, weights: 'old' }, true);
  setEngine(client);
});
afterEach(async () => {
  last('train')?.fail('AbortError');
  last('resumeTraining')?.fail('AbortError');
  await settled();
  setEngine(null);
  vi.unstubAllGlobals();
});

test('using trained weights is an undo step', async () => {
  void startTraining();
  last('train').answer(outcome('new', 'better'));
  await settled();
  expect(desk.getState()).toMatchObject({ weights: 'new', trainingActive: false, outcome: { former: 'old' } });
  undo();
  await settled();
  expect(last('openNetwork').params).toMatchObject({ network: 'tiny', weights: 'old', choose: true });
  expect(desk.getState()).toMatchObject({ weights: 'old', network: { fingerprint: 'old' } });
});

test('leaving asks if learned weights are not stored; if they are, persistent storage is requested', async () => {
  const persist = vi.fn(async () => true);
  vi.stubGlobal('navigator', { storage: { persist } });
  void startTraining();
  last('train').progress(progress(10, { kept: 10 }));
  last('train').progress(progress(20, { kept: 20 }));
  expect(persist).toHaveBeenCalledOnce();
  expect(losesByLeaving(desk.getState())).toBe(true);
  last('train').answer(outcome('new', 'better'));
  await settled();
  expect(losesByLeaving(desk.getState())).toBe(false);
  void startTraining();
  last('train').answer({ ...outcome('newer', 'better'), notKept: 'there is no room' });
  await settled();
  expect(losesByLeaving(desk.getState())).toBe(true);
});

test('worse weights do not replace the network or its measurements', async () => {
  const { network: before, history } = desk.getState();
  void startTraining();
  last('train').answer(outcome('old', 'chance'));
  await settled();
  expect(desk.getState().network).toBe(before);
  expect(desk.getState().history).toBe(history);
  expect(desk.getState().outcome).toMatchObject({ trained: 'new', comparison: { verdict: 'chance' } });
});

test('pausing is shown as paused only once the engine confirms it', async () => {
  void startTraining();
  const run = last('train');
  run.progress(progress(1));
  pauseTraining(true);
  expect(desk.getState().training?.state).toBe('pausing');
  run.progress(progress(2, { validation: wilson(5, 10) }));
  expect(desk.getState().training).toMatchObject({ step: 2, state: 'pausing' });
  run.progress(progress(3, { state: 'paused', kept: 3 }));
  expect(desk.getState().training).toMatchObject({ step: 3, state: 'paused' });
});

test('detects faders that moved since the start, and can restore the trained policy', async () => {
  applyPreset('3');
  const { policy } = desk.getState();
  void startTraining();
  expect(trainsForOthers(desk.getState())).toBe(false);
  applyPreset('8');
  expect(trainsForOthers(desk.getState())).toBe(true);
  showTrained();
  expect(trainsForOthers(desk.getState())).toBe(false);
  expect(desk.getState().policy).toEqual(policy);
});

test('an interrupted run is offered after an engine fault and at the next visit, until it ends or is discarded', async () => {
  vi.stubGlobal('window', { addEventListener: () => {} });
  watchInterrupted();
  void startTraining();
  const { run: id } = last('train').params;
  last('train').progress(progress(40, { kept: 40 }));
  last('train').fail('AbortError');
  await settled();
  expect(desk.getState().interrupted).toMatchObject([{ id, step: 40, steps: 100, by: 'engine' }]);

  // Other weights are in use now: it resumes on those that it started from.
  desk.setState({ network: { ...network, fingerprint: 'other' }, weights: 'other' });
  void goOnTraining(id as string);
  await settled();
  expect(last('openNetwork').params).toMatchObject({ weights: 'old', choose: true });
  expect(last('resumeTraining').params).toEqual({ run: id });
  expect(desk.getState()).toMatchObject({ trainingActive: true, interrupted: [] });
  last('resumeTraining').progress(progress(41, { curve: [{ step: 5, loss: 3, accuracy: 0.1 }] }));
  expect(desk.getState().curve.map(({ step }) => step)).toEqual([5, 41]);
  last('resumeTraining').answer(outcome('new', 'better'));
  await settled();
  expect(stored.size).toBe(0);
  expect(desk.getState().interrupted).toEqual([]);
});

test('a run that another tab ended is no longer offered once its entry is removed', async () => {
  let onStorage: (event: { key: string }) => void = () => {};
  const addEventListener = (_: string, listener: typeof onStorage) => {
    onStorage = listener;
  };
  vi.stubGlobal('window', { addEventListener });
  watchInterrupted();
  void startTraining();
  last('train').progress(progress(40, { kept: 40 }));
  last('train').fail('AbortError');
  await settled();
  const [key] = stored.keys();
  stored.delete(key);
  onStorage({ key: 'fewbits.theme' });
  expect(desk.getState().interrupted).toHaveLength(1);
  onStorage({ key });
  expect(desk.getState().interrupted).toEqual([]);
});

test('a discarded run leaves nothing behind; runs of other networks and damaged entries are not offered', async () => {
  void startTraining();
  last('train').progress(progress(40, { kept: 40 }));
  last('train').fail('AbortError');
  await settled();
  const [[key, text]] = stored;
  stored.set('fewbits.training.bad', '{"version": 1, "id": "bad"}');
  stored.set('fewbits.training.other', text.replace('"tiny"', '"resnet8"'));
  lookForInterrupted();
  expect(desk.getState().interrupted).toHaveLength(1);
  discardTraining(desk.getState().interrupted[0].id);
  expect(stored.has(key)).toBe(false);
  expect(desk.getState().interrupted).toEqual([]);
  expect(last('forgetTraining').params).toEqual({ run: key.slice('fewbits.training.'.length) });
});

test('a run that cannot be stored says so', async () => {
  void startTraining();
  last('train').progress(progress(40, { notKept: 'there is no room left' }));
  expect(desk.getState().trainingNotKept).toBe('there is no room left');
});

test('the recipe for an improved rounding is one undo step', () => {
  const before = desk.getState().trainingOptions;
  expect(followsRecipe(before)).toBe(false);
  applyRecipe();
  const { trainingOptions } = desk.getState();
  expect(trainingOptions).toEqual({ ...before, ...IMPROVED_ROUNDING_RECIPE });
  expect(followsRecipe(trainingOptions)).toBe(true);
  undo();
  expect(desk.getState().trainingOptions).toEqual(before);
});

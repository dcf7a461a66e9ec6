// Lessons on the desk: what is done there moves them on, a guess is locked before its value is known, they are taken up
// where they were left, and leaving brings back what was there before.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { uniformAt } from '../measure/costs';
import { contextOf } from '../measure/selectors';
import { setPolicy } from '../policy/actions';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { stepOf } from '../state/history';
import { undoStateOf } from '../state/step';
import { memoryStorage } from '../state/storage.testing';
import {
  choose,
  goBack,
  goOn,
  leaveLesson,
  lockGuess,
  openLesson,
  resetStep,
  startLesson,
  watchLessons,
} from './player';
import { storedProgress } from './progress';

const now = () => desk.getState();
const here = () => openLesson(now());
const step = () => here()?.step?.id;

/** Opens a lesson, whose code comes in a moment. */
async function opened(id: Parameters<typeof startLesson>[0]): Promise<void> {
  startLesson(id);
  await vi.waitFor(() => expect(here()?.lesson.id).toBe(id));
}

/** Adds a finished measurement of the policy on the faders. */
function measure(right: number): void {
  const { policy, measured } = now();
  const accuracy = wilson(right, 2000);
  const point = { context: contextOf(now()), policy, accuracy, loss: 1, againstFloat: pairedDifference(0, 0, 2000) };
  desk.setState({ measured: [...measured, point] });
}

/** Goes on until a step is shown, locking the middle of each question. */
function goTo(id: string): void {
  for (let i = 0; i < 20 && step() !== id; i++) {
    if (here()?.step?.kind === 'predict') lockGuess(50);
    else goOn();
  }
  expect(step()).toBe(id);
}

let watched = false;
beforeEach(() => {
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('sessionStorage', memoryStorage());
  desk.setState({ ...loadedDesk(), weights: '1' }, true);
  if (!watched) watchLessons();
  watched = true;
});
afterEach(() => {
  leaveLesson();
  vi.unstubAllGlobals();
});

test('leaving brings back network, policy, budget and view, and what the lesson did stays in the history', async () => {
  setPolicy(uniformPolicy(now().architecture, 3, 8));
  desk.setState({ budget: { bytes: 48 * 1024, mode: 'hold' }, axis: 'bitOps', wideView: 'table' });
  const before = undoStateOf(now());
  await opened('bit');
  expect(now()).toMatchObject({ networkId: 'tiny', budget: null, axis: 'memory', wideView: 'plot', tab: 'learn' });
  setPolicy(uniformPolicy(now().architecture, 2, 8));
  expect(leaveLesson()).toBe(true);
  expect(undoStateOf(now())).toEqual(before);
  expect(now()).toMatchObject({ lesson: null, axis: 'bitOps', wideView: 'table' });
  const { history } = now();
  expect(stepOf(history, history.at)?.name).toMatch(/^Before the lesson “What is a bit\?”/);
  expect(history.steps.some(({ value }) => value?.networkId === 'tiny')).toBe(true);
});

test('a lesson opened before the weights are known waits for them, and leaving leads back to them', async () => {
  const { network } = loadedDesk('trained');
  desk.setState({ network: null, weights: null });
  startLesson('layers');
  await import('./layers');
  await Promise.resolve();
  expect(here()).toBeUndefined();
  desk.setState({ network, weights: 'trained here' });
  await vi.waitFor(() => expect(here()?.lesson.id).toBe('layers'));
  expect(now().weights).toBe('untrained');
  expect(leaveLesson()).toBe(true);
  expect(now().weights).toBe('trained here');
});

test('a guess is locked before its value is noted, and stays when the value is there', async () => {
  await opened('bit');
  goOn();
  expect(step()).toBe('values');
  goOn();
  expect(step()).toBe('values');
  lockGuess(8);
  expect(step()).toBe('doubles');
  expect(here()?.progress.outcomes.values).toEqual({ guess: 8, measured: { value: 16 } });
  goBack();
  lockGuess(16);
  expect(here()?.progress.outcomes.values.guess).toBe(8);
});

test('an accuracy is revealed once it was measured on the policy in question', async () => {
  await opened('bit');
  goTo('look');
  setPolicy({ ...now().policy, conv1: { weights: 2, activations: 8 } });
  goTo('fourRight');
  expect(now().policy).toEqual(uniformAt(now().architecture, 4));
  setPolicy(uniformAt(now().architecture, 3));
  measure(1400);
  goOn();
  expect([step(), here()?.progress.outcomes.four.measured]).toEqual(['fourRight', undefined]);
  resetStep();
  measure(1776);
  expect(here()?.progress.outcomes.four.measured).toMatchObject({ value: 88.8, n: 2000 });
});

test('what a step asks for is seen on the desk, once a drag has ended, and stays seen', async () => {
  await opened('bit');
  goTo('look');
  desk.setState({ gestureStart: now().policy, policy: { ...now().policy, conv1: { weights: 2, activations: 8 } } });
  expect(here()?.progress.outcomes.look).toBeUndefined();
  desk.setState({ gestureStart: null });
  expect(here()?.progress.outcomes.look).toEqual({ done: true });
  setPolicy(uniformAt(now().architecture, 8));
  goOn();
  expect(step()).toBe('size');
});

test('going back shows earlier steps and leaves the desk alone; coming again does not set it up anew', async () => {
  await opened('bit');
  goTo('look');
  setPolicy({ ...now().policy, conv1: { weights: 2, activations: 8 } });
  const { policy } = now();
  goBack();
  goBack();
  expect(step()).toBe('values');
  goOn();
  goOn();
  expect([step(), now().policy]).toEqual(['look', policy]);
});

test('a lesson is taken up where it was left, with its guesses; a finished one begins anew', async () => {
  await opened('bit');
  goTo('look');
  leaveLesson();
  expect(storedProgress('bit')).toMatchObject({ at: 3, outcomes: { values: { guess: 50, measured: { value: 16 } } } });
  await opened('bit');
  expect(step()).toBe('look');
  expect(now().policy).toEqual(uniformAt(now().architecture, 8));
  localStorage.setItem('fewbits.lesson.bit', JSON.stringify({ at: 11, reached: 11, finished: true, outcomes: {} }));
  leaveLesson();
  await opened('bit');
  expect(step()).toBe('network');
});

test('an open lesson that starts over sets the desk up again', async () => {
  await opened('bit');
  goTo('look');
  startLesson('bit', true);
  expect([step(), here()?.progress.outcomes]).toEqual(['network', {}]);
  expect(now().policy.conv1.weights).toBe(32);
});

test('from one lesson to the next, leaving still brings back what was before the first', async () => {
  const before = undoStateOf(now());
  await opened('bit');
  await opened('layers');
  expect(now().networkId).toBe('resnet8');
  leaveLesson();
  expect(undoStateOf(now())).toEqual(before);
});

test('an entry that cannot be read counts as none', async () => {
  localStorage.setItem('fewbits.lesson.bit', '{"at": "three"}');
  expect(storedProgress('bit')).toBeUndefined();
  await opened('bit');
  expect(step()).toBe('network');
});

test('while training keeps the network, a lesson on another one does not begin', async () => {
  desk.setState({ trainingActive: true });
  startLesson('bit');
  await vi.waitFor(() => expect(now().lesson).toBeNull());
  expect(now().networkId).toBe('resnet8');
  expect(now().problems).toHaveLength(1);
});

test('an answer is wanted only of a question', async () => {
  await opened('bit');
  expect(choose('anything')).toBe(false);
  expect(here()?.progress.outcomes).toEqual({});
});

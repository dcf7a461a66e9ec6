import { beforeEach, expect, test, vi } from 'vitest';
import { announce, dismissProblem, showProblem } from './announce';
import { desk, initialDesk } from './desk';

beforeEach(() => desk.setState(initialDesk(), true));
const texts = () => desk.getState().problems.map(({ text }) => text);

test('a second problem does not hide the first, and a repeated one is shown once', () => {
  showProblem('one');
  showProblem('two');
  showProblem('one');
  expect(texts()).toEqual(['two', 'one']);
  dismissProblem(desk.getState().problems[0]);
  expect(texts()).toEqual(['one']);
});

test('the error behind a problem is stored as plain data, with its cause', () => {
  showProblem('It failed.', { error: new RangeError('out of range', { cause: new Error('the driver said so') }) });
  const [{ error }] = desk.getState().problems;
  expect(error).toMatchObject({ name: 'RangeError', message: 'out of range', cause: 'the driver said so' });
  expect(error?.stack).toContain('announce.test');
  expect(structuredClone(error)).toEqual(error);
});

test('of what waits to be said the latest wins, but for what is kept', () => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(10_000);
  const said = () => desk.getState().announcement;
  announce('opened');
  expect(said()).toBe('opened');
  for (const [text, keep] of [
    ['measured 1', false],
    ['undone', true],
    ['measured 2', false],
  ] as const)
    announce(text, keep);
  expect(said()).toBe('opened');
  vi.advanceTimersByTime(3000);
  expect(said()).toBe('undone measured 2');
  vi.useRealTimers();
});

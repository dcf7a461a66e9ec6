import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { wait } from './patience';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the timeout fires once, so many seconds after the last sign of life', () => {
  const late = vi.fn();
  const patience = wait(10, late);
  vi.advanceTimersByTime(9000);
  patience.beat();
  vi.advanceTimersByTime(9000);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(late).toHaveBeenCalledOnce();
});

test('the timeout never fires after its end, nor without a limit', () => {
  const late = vi.fn();
  wait(10, late).end();
  wait(Number.POSITIVE_INFINITY, late);
  vi.advanceTimersByTime(600_000);
  expect(late).not.toHaveBeenCalled();
});

test('half a minute of computing is one second of waiting', () => {
  vi.useRealTimers();
  const late = vi.fn();
  const patience = wait(2, late);
  const until = performance.now() + 2500;
  while (performance.now() < until);
  return new Promise<void>((resolve) =>
    setTimeout(() => {
      expect(late).not.toHaveBeenCalled();
      patience.end();
      resolve();
    }, 100),
  );
});

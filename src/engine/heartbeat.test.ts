import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHeartbeat } from './heartbeat';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const seen = { awaited: true, asked: 0, told: [] as number[] };
  const heartbeat = createHeartbeat({
    isAwaited: () => seen.awaited,
    ask: () => seen.asked++,
    onSilence: (seconds) => seen.told.push(seconds),
  });
  return { seen, heartbeat };
}

test('a responsive worker is pinged every other beat, without any report', () => {
  const { seen, heartbeat } = watched();
  heartbeat.watch();
  heartbeat.watch();
  for (let i = 0; i < 30; i++) {
    vi.advanceTimersByTime(1000);
    heartbeat.heard();
  }
  expect(seen).toEqual({ awaited: true, asked: 30, told: [] });
});

test('a step of 30 seconds is a silence that ends with the step', () => {
  const { seen, heartbeat } = watched();
  heartbeat.watch();
  vi.advanceTimersByTime(31_000);
  expect(seen.asked).toBe(1);
  expect(seen.told).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  heartbeat.heard();
  expect(seen.told.at(-1)).toBe(0);
  heartbeat.heard();
  expect(seen.told).toHaveLength(31);
});

test('no pings while no call waits, and a silence ends once no call waits', () => {
  const { seen, heartbeat } = watched();
  heartbeat.watch();
  vi.advanceTimersByTime(3000);
  seen.awaited = false;
  vi.advanceTimersByTime(60_000);
  expect(seen).toEqual({ awaited: false, asked: 1, told: [1, 2, 0] });
  expect(vi.getTimerCount()).toBe(0);
  seen.awaited = true;
  heartbeat.watch();
  vi.advanceTimersByTime(1000);
  expect(seen.asked).toBe(2);
});

test('a page that slept for an hour finds a pending reply, or starts waiting then', () => {
  const { seen, heartbeat } = watched();
  heartbeat.watch();
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(seen.told).toEqual([1]);
});

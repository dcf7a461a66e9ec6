import { expect, test } from 'vitest';
import { useBackend } from '../nn/backends.testing';
import { measureSpeed, type Speed } from './speed';
import { alone } from './turn';

const SUBJECTS = [
  { network: 'tiny', work: 'evaluation' },
  { network: 'tiny', work: 'training' },
] as const;

test('evaluates and trains for the time it is given', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const found: Speed[] = [];
  const run = measureSpeed({ subjects: SUBJECTS, seconds: 0.05, limit: 60 }, alone, () => performance.now());
  for await (const speed of run) found.push(speed);
  expect(found.map(({ network, work }) => ({ network, work }))).toEqual(SUBJECTS);
  for (const { imagesPerSecond, rounds } of found) {
    expect(imagesPerSecond).toBeGreaterThan(1);
    expect(rounds).toBeGreaterThanOrEqual(1);
  }
});

test('begins nothing after its limit, and ends where its turn throws', async () => {
  let clock = 0;
  const late = measureSpeed({ subjects: SUBJECTS, seconds: 0, limit: 1 }, alone, () => {
    clock += 10_000;
    return clock;
  });
  expect((await late.next()).done).toBe(true);
  const over = () => Promise.reject(new Error('over'));
  const ended = measureSpeed({ subjects: SUBJECTS, seconds: 1, limit: 1 }, over, () => 0);
  await expect(ended.next()).rejects.toThrow('over');
});

import { expect, test } from 'vitest';
import type { RunPoint } from '../../engine/protocol/searching';
import type { SearchRun } from '../../store/state/searchRun';
import { nothingFound, progressWords } from './runWords';

const spent = { forward: 960, backward: 0, evaluations: 10, seconds: 3 };
const run = { state: 'running', begun: true, points: [], spent } as const;
const words = (changes: Partial<SearchRun>) => nothingFound({ ...run, ...changes });

test('a run that has measured says what, in every state', () => {
  expect(words({})).toBe('10 single-layer measurements, no config within the limit yet');
  expect(words({ state: 'stopped' })).toBe('10 single-layer measurements, no config within the limit');
  const shared = { steps: 'shared' } as RunPoint;
  expect(words({ points: [shared, shared] })).toBe('2 measured with shared weights, none with weights of its own yet');
  const training = { forward: 64, backward: 64, evaluations: 0, seconds: 1 };
  expect(words({ spent: training, state: 'paused' })).toBe('in training, no config measured yet');
  expect(words({ spent: training, state: 'stopped' })).toBe('trained, no config measured');
  const nothing = { forward: 0, backward: 0, evaluations: 0, seconds: 0 };
  expect(words({ spent: nothing })).toBe('nothing measured yet');
  expect(words({ spent: nothing, state: 'failed' })).toBe('nothing measured');
  expect(words({ begun: false, state: 'queued', spent: nothing })).toBe('not started yet');
  expect(words({ begun: false, state: 'stopped', spent: nothing })).toBe('never started');
});

test('progress is the part of the budget that is used up, in the unit of the budget', () => {
  const of = (budget: SearchRun['setting']['budget'], used: number) =>
    progressWords({ used, spent, setting: { budget } as SearchRun['setting'] });
  expect(of({ evaluations: 14 }, 10 / 14)).toBe('71 % of 14 configs · 10 measured · 960 images · 3 s');
  expect(of({ images: 20_000 }, 0.048)).toBe('4 % of 20,000 images · 10 measured · 960 images · 3 s');
  expect(of({ seconds: 120 }, 1.02)).toBe('100 % of 2 min · 10 measured · 960 images · 3 s');
});

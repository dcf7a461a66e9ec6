import { expect, test } from 'vitest';
import { compare } from '../../core/accuracy';
import { TRAINING } from '../../engine/engine.testing';
import { isBad, type Outcome, outcomeText, outcomeTitle } from './outcomeWords';

const right = (count: number) => Uint8Array.from({ length: 1000 }, (_, i) => Number(i < count));
const outcome = (before: number, after: number, more: Partial<Outcome> = {}): Outcome => ({
  ...{ reason: 'finished', message: '', steps: 30, former: 'a', trained: 'b', options: TRAINING },
  comparison: compare(right(before), right(after), 10),
  ...more,
});
const words = (it: Outcome) => `${outcomeTitle(it)}: ${outcomeText(it)}`;

test('a network that fell to chance is reported as such, with the learning rate responsible', () => {
  const ruined = outcome(890, 98, { options: { ...TRAINING, learningRate: 10 } });
  expect(isBad(ruined)).toBe(true);
  expect(words(ruined)).toBe(
    'Training collapsed to chance: 89.0 → 9.8 % in float, on the same 1,000 validation images (−79.2 points, −81.7 to −76.7), after 30 steps. A learning rate of 10 is probably too high; try 1.',
  );
});

test('a network that got worse is not reported as finished', () => {
  expect(words(outcome(890, 800))).toMatch(/^Training made the network worse: 89.0 → 80.0 %.*Try more epochs/);
  const fresh = outcome(890, 800, { options: { ...TRAINING, fromScratch: true } });
  expect(words(fresh)).toMatch(/^The new weights are worse than the old ones: .*random weights: train longer/);
  expect(words(outcome(890, 800, { reason: 'stopped', steps: 1 }))).toMatch(/worse: .*stopped after 1 step\./);
});

test('improvements and no change', () => {
  const policy = { conv: { weights: 2, activations: 32 } } as const;
  const scheme = { quantizer: 'affine', granularity: 'channel' } as const;
  const better = outcome(553, 810, { options: { ...TRAINING, policy, scheme } });
  expect(isBad(better)).toBe(false);
  expect(words(better)).toMatch(
    /^Finished: 55.3 → 81.0 % at uniform 2, activations float, on the same .*\+25.7 points/,
  );
  expect(words(outcome(890, 891))).toMatch(/^Finished: .*\): no significant difference, after 30 steps\.$/);
});

test('divergence has its own text', () => {
  const { comparison: _, ...rest } = outcome(1, 1);
  expect(words({ ...rest, reason: 'diverged', message: 'Try less.' })).toBe('Training diverged: Try less.');
});

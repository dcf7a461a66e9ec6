import { expect, test } from 'vitest';
import { pairedDifference } from '../../math/statistics';
import { differenceInWords, errorInWords, stepInWords } from './resultWords';

test.each([
  ['float', true, 0, 24, '1.2 points below float (0.7 to 1.7)'],
  ['float', true, 9, 3, '0.3 points above float, within chance (0.0 to 0.6)'],
  ['float', true, 0, 0, 'as good as float: no image was lost or gained'],
  ['float', true, 3, 3, 'as good as float, give or take 0.2 points'],
  ['float', false, 0, 24, '1.2 points below float before training (0.7 to 1.7)'],
  ['unrounded', false, 24, 0, '1.2 points above these weights unrounded (0.7 to 1.7)'],
] as const)('%s, a float network: %s, %d gained and %d lost of 2,000', (reference, isFloat, gained, lost, words) => {
  expect(differenceInWords({ reference, difference: pairedDifference(gained, lost, 2000) }, isFloat)).toBe(words);
});

test('an estimate says how far off it may be, or that this is not known', () => {
  expect(errorInWords({ error: 0.0124 })).toBe('two of three such estimates are within 1.2 points');
  expect(errorInWords({ error: Number.NaN })).toBe('how far off it may be is not known yet');
});

test('how far training has come, also before the first loss is read', () => {
  const training = { state: 'paused', step: 15, steps: 2700, epoch: 5 / 3, loss: 0.34, accuracy: 0.906 } as const;
  expect(stepInWords(training, 'agreement')).toBe(
    'paused, epoch 1.7, step 15 of 2,700 · loss 0.340 · agreement 90.6 %',
  );
  const unread = { ...training, state: 'running', loss: Number.NaN, accuracy: Number.NaN } as const;
  expect(stepInWords(unread, 'accuracy')).toBe('epoch 1.7, step 15 of 2,700');
});

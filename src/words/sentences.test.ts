// Sentences of the catalogue whose wording depends on numbers.
import { expect, test } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import { pairedDifference } from '../math/statistics';
import { withBits } from '../policy/edits';
import { tiny } from '../zoo/tiny';
import { configName } from './config';
import { hero } from './en/hero';
import { train } from './en/train';
import { units } from './en/units';

test.each([
  ['float', true, 0, 24, '1.2 points below float (0.7 to 1.7)'],
  ['float', true, 9, 3, '0.3 points above float, not significant (0.0 to +0.6)'],
  ['float', true, 0, 0, 'Same as float: none of 2,000 images lost or gained'],
  ['float', true, 3, 3, 'Same as float (±0.2 points, n = 2,000)'],
  ['float', false, 0, 24, '1.2 points below float before training (0.7 to 1.7)'],
  ['unrounded', false, 24, 0, '1.2 points above the same weights unquantized (0.7 to 1.7)'],
] as const)('%s, a float network: %s, %d gained and %d lost of 2,000', (reference, isFloat, gained, lost, said) => {
  expect(hero.difference(reference, isFloat, { ...pairedDifference(gained, lost, 2000), n: 2000 })).toBe(said);
});

test('an estimate says how far off it may be, or that this is not known', () => {
  expect(hero.typicalError(0.0124)).toBe('two of three estimates are within 1.2 points');
  expect(hero.typicalError(Number.NaN)).toBe('typical error not known yet');
});

test('how far training has come, also before the first loss is read', () => {
  const training = { state: 'paused', step: 15, steps: 2700, epoch: 5 / 3, loss: 0.34, accuracy: 0.906 } as const;
  expect(train.step(training, true)).toBe('paused, epoch 1.7, step 15 of 2,700 · loss 0.340 · agreement 90.6 %');
  const unread = { ...training, state: 'running', loss: Number.NaN, accuracy: Number.NaN } as const;
  expect(train.step(unread, false)).toBe('epoch 1.7, step 15 of 2,700');
});

test('configs by their widths', () => {
  const architecture = tiny.build([32, 32, 3], 10);
  const eight = uniformPolicy(architecture, 8, 8);
  expect(configName(uniformPolicy(architecture, 32, 32))).toBe('float');
  expect(configName(eight)).toBe('uniform 8, activations 8');
  expect(configName(withBits(eight, 'weights', new Map([['fc', 2]])))).toBe('mixed 2 to 8, activations 8');
  expect(units.config({ weights: [4, 32], activations: [], skipped: 1 })).toBe(
    'mixed 4 to float, 1 layer skipped, activations float',
  );
});

test('ranges of bits', () => {
  expect([units.widthRange([1, 1]), units.widthRange([2, 2]), units.widthRange([2, 8])]).toEqual([
    '1 bit',
    '2 bits',
    '2 to 8 bits',
  ]);
});

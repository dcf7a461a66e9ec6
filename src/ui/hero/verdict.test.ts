import { expect, test } from 'vitest';
import { pairedDifference } from '../../math/statistics';
import { verdictOf } from './verdict';

test.each([
  ['float', true, 0, 24, '1.2 points below float', '0.7 to 1.7 · n = 2,000'],
  ['float', true, 9, 3, '0.3 points above float', 'within chance · n = 2,000'],
  ['float', true, 0, 0, 'Same as float', 'no image lost or gained · n = 2,000'],
  ['float', true, 3, 3, 'Same as float', '±0.2 · n = 2,000'],
  ['float', false, 0, 24, '1.2 points below float before training', '0.7 to 1.7 · n = 2,000'],
  ['unrounded', false, 24, 0, '1.2 points above the same weights unquantized', '0.7 to 1.7 · n = 2,000'],
] as const)('%s, a float network: %s, %d gained and %d lost of 2,000', (reference, isFloat, gained, lost, ...words) => {
  expect(verdictOf({ reference, difference: pairedDifference(gained, lost, 2000) }, isFloat, 2000)).toEqual(words);
});

// Guesses on a slider.
import { expect, test } from 'vitest';
import { bit } from '../../store/lessons/bit';
import type { Scale } from '../../store/lessons/lesson';
import { guessAt, placeOf, STOPS } from './guesses';

const percent: Scale = { unit: 'percent', min: 0, max: 100, step: 1 };
const size: Scale = { unit: 'kilobytes', min: 1, max: 200, step: 0.1, log: true };

test('the ends of the slider are those of the scale, and its middle is halfway, by factors on a log scale', () => {
  expect([guessAt(percent, 0), guessAt(percent, STOPS / 2), guessAt(percent, STOPS)]).toEqual([0, 50, 100]);
  // √(1 · 200) = 14.14…
  expect([guessAt(size, 0), guessAt(size, STOPS / 2), guessAt(size, STOPS)]).toEqual([1, 14.1, 200]);
});

test('a guess is found again at its place, to within a step', () => {
  for (const scale of [percent, size])
    for (let place = 0; place <= STOPS; place += 10) {
      const guess = guessAt(scale, place);
      expect(Math.abs(guessAt(scale, placeOf(scale, guess)) - guess)).toBeLessThanOrEqual(1e-9);
    }
});

test('a value beyond the scale lies at its end', () => {
  expect([placeOf(percent, -3), placeOf(size, 0), placeOf(size, 1e6)]).toEqual([0, 0, STOPS]);
});

test('the slider does not start at the answer, where that is counted', () => {
  const step = bit.steps.find(({ id }) => id === 'values');
  if (step?.kind !== 'predict') throw new Error('The lesson does not ask for the number of values.');
  expect(guessAt(step.scale, STOPS / 2)).not.toBe(2 ** 4);
});

// What is covered when: the result while a question is open, the plot until the last accuracy is guessed.
import { expect, test } from 'vitest';
import { bit } from '../../store/lessons/bit';
import type { StepOutcome } from '../../store/state/lessons';
import { veilOf } from './veil';

const at = (id: string) => bit.steps.findIndex((step) => step.id === id);
const veil = (id: string, guessed: readonly string[]) => {
  const outcomes = Object.fromEntries(guessed.map((step): [string, StepOutcome] => [step, { guess: 1 }]));
  return veilOf(bit, { at: at(id), reached: at(id), finished: false, outcomes });
};

test('the plot is covered from the beginning, the result only while its value is asked', () => {
  expect(veil('network', [])).toEqual({ result: false, plot: true });
  // How many values there are is not in the result.
  expect(veil('values', [])).toEqual({ result: false, plot: true });
  expect(veil('size', ['values'])).toEqual({ result: true, plot: true });
  expect(veil('smaller', ['values', 'size'])).toEqual({ result: false, plot: true });
});

test('nothing is covered once the last accuracy is guessed, nor when going back', () => {
  const all = ['values', 'size', 'four', 'two'];
  expect(veil('two', all.slice(0, 3))).toEqual({ result: true, plot: true });
  expect(veil('twoRight', all)).toEqual({ result: false, plot: false });
  expect(veil('four', all)).toEqual({ result: false, plot: false });
});

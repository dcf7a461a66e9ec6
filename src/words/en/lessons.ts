// The player of the lessons and the list of them. Each lesson has its texts in a file of its own (lesson….ts). The texts of the
// lessons are licensed under CC BY 4.0 (docs/lessons.md).
import type { Proportion } from '../../math/statistics';
import { count, fixed, upTo } from '../numbers';
import { words } from '../words';

/** Units of guesses and measurements, each with a value in words. */
const units = {
  percent: (value: number) => `${fixed(value, 1)} %`,
  kilobytes: (value: number) => `${fixed(value, 1)} KB`,
  /** Points of accuracy that are lost; below zero they are gained. */
  lost: (value: number) => `${fixed(value, 1)} points`,
  configs: (value: number) => `${count(value)} configs`,
  values: (value: number) => (value === 1 ? '1 value' : `${count(value)} values`),
};
export type AnyUnit = keyof typeof units;

const said = (unit: AnyUnit, value: number) =>
  unit === 'percent' && Number.isInteger(value) ? `${count(value)} %` : units[unit](value);
/** What a difference between two values of a unit is in: percents differ by points. */
const apart = (unit: AnyUnit, by: number) => {
  const amount = Math.abs(by);
  return unit === 'percent' || unit === 'lost' ? `${upTo(amount, 1)} points` : units[unit](amount);
};

export const lessons = words('lessons', {
  title: 'Lessons',
  about:
    'Six short lessons on this page. You guess, and then the network in your browser is measured. What is on the desk now comes back when you leave a lesson.',
  list: 'List of lessons',
  titles: {
    bit: 'What is a bit?',
    layers: 'Not all layers are equal',
    budget: 'Spend a budget',
    search: 'Let the machine search',
    training: 'Train for it, or round better',
    smallest: 'How small can it get?',
  },
  minutes: (minutes: number) => `${count(minutes)} min`,
  start: (title: string) => `Start: ${title}`,
  resume: (title: string) => `Resume: ${title}`,
  again: (title: string) => `Start again: ${title}`,
  verbs: { start: 'Start', resume: 'Resume', again: 'Start again' },
  finished: 'finished',
  begun: (at: number, of: number) => `step ${count(at)} of ${count(of)}`,
  /** The name of the undo step that leaving returns to. */
  before: (title: string) => `Before the lesson “${title}”`,
  license: 'The texts of the lessons are licensed under',
  licenseName: 'CC BY 4.0',

  /** The player. */
  lesson: (title: string) => `Lesson: ${title}`,
  number: (at: number, of: number, minutes: number) => `Lesson ${count(at)} of ${count(of)} · ${count(minutes)} min`,
  step: (at: number, of: number) => `Step ${count(at)} of ${count(of)}`,
  kinds: {
    text: 'Read',
    do: 'Try it',
    check: 'Check',
    choice: 'Check',
    predict: 'Predict',
    reveal: 'Reveal',
  },
  end: 'The end',
  progress: 'Steps done',
  goOn: 'Continue',
  finish: 'Finish',
  back: 'Back',
  leave: 'Leave lesson',
  leaveTip: 'Returns to what was on the desk before the lesson',
  reset: 'Set the desk up again',
  next: (title: string) => `Next: ${title}`,
  takeMe: 'Take me there',
  done: 'Done.',
  toLesson: 'Back to the lesson',
  loading: 'Loading the lesson…',

  /** A prediction. */
  covered: 'The answer opens after your guess',
  guess: 'Your guess',
  guessIn: {
    percent: 'Your guess in percent',
    kilobytes: 'Your guess in KB',
    values: 'Your guess in values',
    lost: 'Your guess in points lost',
    configs: 'Your guess in configs',
  },
  lock: 'Lock my guess',
  locked: (unit: AnyUnit, guess: number) => `Your guess is locked: ${said(unit, guess)}.`,
  value: said,
  waiting: (n: number, of: number) =>
    n > 0 ? `Measuring: ${count(n)} of ${count(of)} test images` : 'Measuring in your browser…',
  /** What was guessed beside what was measured. */
  youSaid: (unit: AnyUnit, guess: number) => `You said ${said(unit, guess)}`,
  measured: (unit: AnyUnit, value: number) => `Measured: ${units[unit](value)}`,
  computed: (unit: AnyUnit, value: number) => `Computed: ${units[unit](value)}`,
  images: (n: number, unit: AnyUnit, { lower, upper }: Pick<Proportion, 'lower' | 'upper'>) =>
    `n = ${count(n)} test images; with 95 % confidence between ${units[unit](lower)} and ${units[unit](upper)}`,
  exact: 'Counted exactly, without chance',
  off: (unit: AnyUnit, by: number, within: boolean, exact: boolean) => {
    if (within) return exact ? 'Exactly right.' : 'Your guess is within the interval: spot on.';
    return `You were off by ${apart(unit, by)}: your guess was too ${by > 0 ? 'high' : 'low'}.`;
  },

  /** A question. */
  answers: 'Answers',
  answer: 'Check my answer',
  right: 'Right.',
  wrong: 'Not this one. Look at the desk, and choose again.',

  /** The end. */
  guesses: 'Your guesses',
  guessRow: (unit: AnyUnit, guess: number, value: number) =>
    `You said ${said(unit, guess)}; it was ${units[unit](value)}`,
});

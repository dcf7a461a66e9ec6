// What holds of every lesson: its links are understood, its steps refer to each other rightly, and its texts are whole before
// and after anything is known.
import { describe, expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import { pairedDifference, wilson } from '../../math/statistics';
import { lessons as words } from '../../words/en/lessons';
import { names } from '../../words/en/names';
import { readHere } from '../link/reading';
import { contextOf } from '../measure/selectors';
import { initialDesk } from '../state/desk';
import { LESSON_IDS, type StepOutcome } from '../state/lessons';
import type { Known, Lesson } from './lesson';
import { lessons } from './registry';

const NONE = pairedDifference(0, 0, 2000);

const linkOf = ({ on }: Lesson, sets = '') => readHere([on, sets].filter((part) => part !== '').join('/'));

/** All that a lesson says on a desk. */
function textsOf(lesson: Lesson, known: Known): string[] {
  return lesson.steps.flatMap((step) => [
    step.text(known),
    ...(step.kind === 'do' || step.kind === 'check' ? [step.task(known)] : []),
    ...(step.kind === 'predict' || step.kind === 'choice' ? [step.question(known)] : []),
    ...(step.kind === 'choice' ? [step.because(known), ...step.choices.map(({ label }) => label(known))] : []),
    lesson.summary(known),
  ]);
}

describe.each(LESSON_IDS)('the lesson %s', (id) => {
  test('takes 6 to 8 minutes, has a title, and begins by setting up the desk', async () => {
    const lesson = await lessons[id].load();
    expect(lesson.id).toBe(id);
    expect(lessons[id].minutes).toBeGreaterThanOrEqual(6);
    expect(lessons[id].minutes).toBeLessThanOrEqual(8);
    expect(words.titles[id]).not.toBe('');
    expect(lesson.steps[0].sets).toBeDefined();
    expect(lesson.steps.length).toBeLessThanOrEqual(15);
  });

  test('has links that the page understands, and names layers that are there', async () => {
    const lesson = await lessons[id].load();
    for (const { sets } of lesson.steps) expect(linkOf(lesson, sets).problems).toEqual([]);
    const { architecture } = linkOf(lesson).state ?? {};
    const faders = architecture === undefined ? [] : layersOf(architecture).map((layer) => names.weightBits(layer.id));
    for (const step of lesson.steps)
      if (step.kind === 'do' || step.kind === 'check') {
        expect(step.controls.length).toBeGreaterThan(0);
        for (const { name } of step.controls) if (/weight bits$/.test(name())) expect(faders).toContain(name());
      }
  });

  test('predicts before it reveals, reveals every prediction, and ends with a check', async () => {
    const { steps } = await lessons[id].load();
    expect(new Set(steps.map((step) => step.id)).size).toBe(steps.length);
    const predictions = steps.flatMap((step) => (step.kind === 'predict' ? [step.id] : []));
    expect(predictions.length).toBeGreaterThan(0);
    const reveals = steps.flatMap((step) => (step.kind === 'reveal' ? [step.of] : []));
    expect(reveals).toEqual(predictions);
    for (const [at, step] of steps.entries())
      if (step.kind === 'reveal') expect(steps.findIndex((other) => other.id === step.of)).toBeLessThan(at);
    expect(steps.some(({ kind }) => kind === 'check' || kind === 'choice')).toBe(true);
  });

  test('has whole texts, whatever is known', async () => {
    const lesson = await lessons[id].load();
    const { state } = linkOf(lesson);
    const desk = { ...initialDesk(), ...state };
    for (const value of [0, 4, 12.34, 96]) {
      const outcomes = Object.fromEntries(
        lesson.steps.map((step): [string, StepOutcome] => [step.id, { guess: 5, measured: { value } }]),
      );
      for (const text of textsOf(lesson, { desk, outcomes })) expect(text).not.toMatch(/undefined|NaN|null|Infinity/);
    }
    for (const text of textsOf(lesson, { desk, outcomes: {} })) expect(text).not.toMatch(/undefined|NaN|null/);
  });

  test('measures each accuracy on the desk that it sets', async () => {
    const lesson = await lessons[id].load();
    for (const step of lesson.steps) {
      const { state } = linkOf(lesson, step.sets);
      if (step.kind !== 'reveal' || step.sets === undefined || state === null) continue;
      const desk = { ...initialDesk(), ...state };
      const accuracy = wilson(1500, 2000);
      const point = { context: contextOf(desk), policy: state.policy, accuracy, loss: 1, againstFloat: NONE };
      expect(step.measure({ desk: { ...desk, measured: [point] }, outcomes: {} })?.value, step.id).toBeDefined();
    }
  });

  test('sees nothing done and measures no accuracy on a desk where nothing was measured', async () => {
    const lesson = await lessons[id].load();
    const known: Known = { desk: { ...initialDesk(), ...linkOf(lesson).state }, outcomes: {} };
    for (const step of lesson.steps) {
      if (step.kind === 'do' || step.kind === 'check') expect(step.until(known), step.id).toBe(false);
      if (step.kind === 'reveal') expect(step.measure(known)?.n, step.id).toBeUndefined();
    }
  });
});

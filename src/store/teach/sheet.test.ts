// What is expected of a room belongs to the shipped weights; what only the room knows is on no sheet.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { teach as words } from '../../words/en/teach';
import { floatAccuracy } from '../lessons/facts';
import { lessons } from '../lessons/registry';
import { LESSON_IDS, type LessonId } from '../state/lessons';
import { AGENDAS, agendaRows, lessonsOf } from './agendas';
import {
  configsToExpect,
  EXPECTED_NETWORKS,
  EXPECTED_WIDTHS,
  type Expected,
  expectedAt,
  expectedDesk,
} from './expected';
import { sheetOf } from './sheet';

const expected: Expected = JSON.parse(readFileSync('public/precomputed/teaching.json', 'utf8'));
const sheet = async (id: LessonId) => sheetOf(await lessons[id].load(), expected);

// Where it fails: measure again with `npm run precompute`. core/fingerprint.test.ts compares the weights.
test.each(EXPECTED_NETWORKS)('all that the lessons set %s to was measured, on the same images', async (network) => {
  const { points } = expected.networks[network];
  expect(points.map(({ fields }) => fields)).toEqual((await configsToExpect(network)).map(({ fields }) => fields));
  expect(new Set(points.map(({ n }) => n))).toEqual(new Set([2000]));
  for (const bits of EXPECTED_WIDTHS) expect(expectedAt(expected, network, bits)?.n).toBe(2000);
});

test('the sheet of “What is a bit?” has exact values and expected accuracies with n', async () => {
  const { items } = await sheet('bit');
  const guesses = items.filter((item) => item.kind === 'guess');
  expect(guesses.map(({ answer }) => answer?.n)).toEqual([undefined, undefined, 2000, 2000]);
  expect(guesses[0].answer).toEqual({ value: 16 });
  expect(guesses[2].answer?.value).toBeCloseTo(100 * (expectedAt(expected, 'tiny', 4)?.value ?? 0), 10);
});

test('the float accuracy of a lesson is the measured one, whatever else is expected', async () => {
  for (const id of ['bit', 'layers', 'budget', 'training'] as const) {
    const lesson = await lessons[id].load();
    const network = lesson.on.split('/')[1] as (typeof EXPECTED_NETWORKS)[number];
    const float = 100 * (expectedAt(expected, network, 32)?.value ?? 0);
    expect(floatAccuracy(expectedDesk(lesson, 'w=2', expected))).toBeCloseTo(float, 10);
  }
});

test('what people find for themselves is answered for nobody', async () => {
  const found = (await sheet('search')).items.flatMap((item) => (item.kind === 'choice' ? [item.known] : []));
  expect(found).toEqual([false]);
  const training = (await sheet('training')).items;
  expect(training.flatMap((item) => (item.kind === 'guess' ? [item.answer] : []))).toEqual([undefined, undefined]);
  expect(training.flatMap((item) => (item.kind === 'choice' ? [item.known] : []))).toEqual([false, true]);
  const smallest = (await sheet('smallest')).items;
  expect(smallest.flatMap((item) => (item.kind === 'guess' ? [item.answer] : []))).toEqual([undefined, undefined]);
});

test.each(LESSON_IDS)('the sheet of %s has no number that is none', async (id) => {
  const { items } = await sheet(id);
  expect(items.length).toBeGreaterThan(4);
  expect(JSON.stringify(items)).not.toMatch(/NaN|Infinity|undefined|−?\b0\.0 times/);
});

test('the plans take the time that they say, and say something for each row', () => {
  const minutes = (id: keyof typeof AGENDAS) => agendaRows(id).reduce((sum, row) => sum + row.minutes, 0);
  expect([minutes('short'), minutes('long')]).toEqual([45, 90]);
  for (const id of ['short', 'long'] as const) expect(words.agendas[id].rows).toHaveLength(AGENDAS[id].length);
  expect(lessonsOf('long')).toEqual(LESSON_IDS);
});

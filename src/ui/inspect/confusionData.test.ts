import { expect, test } from 'vitest';
import { confusionChange, isWorse, perClass } from './confusionData';

/** A confusion matrix counted image by image. */
function counted(labels: number[], predictions: number[], classes: number): number[] {
  const cells = new Array<number>(classes * classes).fill(0);
  labels.forEach((label, i) => {
    cells[label * classes + predictions[i]]++;
  });
  return cells;
}

const labels = [0, 0, 1, 1, 2, 2, 2];
const float = [0, 1, 1, 1, 2, 0, 2];
const now = [0, 0, 2, 1, 2, 1, 0];

test('the change equals the difference of two matrices counted from all images', () => {
  const index = labels.flatMap((_, i) => (float[i] === now[i] ? [] : [i]));
  const of = (values: number[]) => Uint8Array.from(index, (i) => values[i]);
  const none = new Float32Array(index.length);
  const flips = { index: Uint32Array.from(index), label: of(labels), float: of(float), now: of(now) };
  const change = confusionChange({ ...flips, floatMargin: none, margin: none }, 3);
  const before = counted(labels, float, 3);
  expect([...change]).toEqual(counted(labels, now, 3).map((count, i) => count - before[i]));
});

test('worse is fewer on the diagonal and more beside it', () => {
  expect([isWorse(0, 0, -1), isWorse(0, 0, 1), isWorse(0, 1, 1), isWorse(0, 1, -1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('images and hits per class', () => {
  expect(perClass(Uint32Array.from(counted(labels, now, 3)), 3)).toEqual([
    { n: 2, correct: 2 },
    { n: 2, correct: 1 },
    { n: 3, correct: 1 },
  ]);
});

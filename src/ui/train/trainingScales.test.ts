import { expect, test } from 'vitest';
import type { CurvePoint } from '../../engine/protocol/training';
import { trainingScales } from './trainingScales';

const point = (step: number, loss: number, accuracy = 0.1): CurvePoint => ({ step, loss, accuracy });

test('losses lie between 0 and a round number above them, also where one is not finite', () => {
  const { loss, steps } = trainingScales([point(1, 2.31), point(2, Number.POSITIVE_INFINITY), point(3, 1.9)], 2700);
  expect(loss).toMatchObject({ from: 0, to: 2.5 });
  expect(steps.format(2700)).toBe('2,700');
});

test('accuracies on training and validation images fill their axis, within 0 and 100 %', () => {
  const curve = [point(1, 1, 0.905), { ...point(2, 1, 0.93), validation: 0.94 }];
  expect(trainingScales(curve, 2).accuracy).toMatchObject({ from: 89, to: 95 });
  expect(trainingScales([point(1, 1, 1), point(2, 1, 0.999)], 2).accuracy.to).toBe(100);
});

test('a run that has just begun has scales too', () => {
  expect(trainingScales([], 0)).toMatchObject({ steps: { from: 0, to: 1 }, loss: { from: 0 }, accuracy: { to: 100 } });
});

import { expect, test } from 'vitest';
import type { CurvePoint } from '../../engine/protocol/training';
import { trainingScales } from './trainingScales';

const point = (step: number, loss: number): CurvePoint => ({ step, loss, accuracy: 0.1 });

test('losses lie between 0 and a round number above them, also where one is not finite', () => {
  const { loss, steps } = trainingScales([point(1, 2.31), point(2, Number.POSITIVE_INFINITY), point(3, 1.9)], 2700);
  expect(loss).toMatchObject({ from: 0, to: 2.5 });
  expect(loss.ticks).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect(steps.format(2700)).toBe('2,700');
});

test('a run that has just begun has scales too', () => {
  expect(trainingScales([], 0)).toMatchObject({ steps: { from: 0, to: 1 }, loss: { from: 0 } });
});

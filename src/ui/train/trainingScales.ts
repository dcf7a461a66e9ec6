// The scales of the training curves.
import type { CurvePoint } from '../../engine/protocol/training';
import { train } from '../../words/en/train';
import { count } from '../../words/numbers';
import { linearScale, roundRange, type Scale } from '../parts/scale';

/** Steps across; loss and accuracy up. */
export interface TrainingScales {
  readonly steps: Scale;
  readonly loss: Scale;
  readonly accuracy: Scale;
}

/** Least range of accuracy, in points of percent. */
const LEAST = 5;

/**
 * The scales of a run of `steps` steps: loss from 0 to above its largest finite value, accuracy in percent around all
 * values.
 */
export function trainingScales(curve: readonly CurvePoint[], steps: number): TrainingScales {
  const [, highest] = roundRange([0, ...curve.map(({ loss }) => loss)]);
  const percents = curve.flatMap(({ accuracy, validation = accuracy }) => [accuracy * 100, validation * 100]);
  const [low, high] = percents.length === 0 ? [0, 100] : roundRange(percents, LEAST);
  return {
    steps: linearScale(train.axes.steps, [0, Math.max(steps, 1)], { format: count }),
    loss: linearScale(train.axes.loss, [0, highest], { most: 4 }),
    accuracy: linearScale(train.axes.accuracy, [Math.max(0, low), Math.min(100, high)], { most: 4 }),
  };
}

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

/** The scales of a run of `steps` steps: loss from 0 to above its largest finite value, accuracy from 0 to 100 %. */
export function trainingScales(curve: readonly CurvePoint[], steps: number): TrainingScales {
  const [, highest] = roundRange([0, ...curve.map(({ loss }) => loss)]);
  return {
    steps: linearScale(train.axes.steps, [0, Math.max(steps, 1)], { format: count }),
    loss: linearScale(train.axes.loss, [0, highest]),
    accuracy: linearScale(train.axes.accuracy, [0, 100], { ticks: [0, 25, 50, 75, 100] }),
  };
}

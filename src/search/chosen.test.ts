import { expect, test } from 'vitest';
import type { BitWidth } from '../graph/policy';
import { wilson } from '../math/statistics';
import { choose } from './chosen';
import type { SearchPoint } from './method';

const policyOf = (weights: BitWidth) => ({ a: { weights, activations: 8 as const } });
const point = (weights: BitWidth, right: number, changes: Partial<SearchPoint> = {}): SearchPoint => ({
  policy: policyOf(weights),
  steps: 0,
  role: 'candidate',
  accuracy: wilson(right, 128),
  loss: 1,
  ...changes,
});
const believed = { policy: policyOf(2), because: 'It is believed to be the best.' };

test('the best measured policy is the choice; a predicted one stays a prediction', () => {
  const points = [point(8, 99), point(4, 99, { loss: 0.5 }), point(2, 64)];
  expect(choose(points, { ...believed, control: policyOf(1) })).toEqual({
    policy: policyOf(4),
    because: 'Best of 3 measured: 77.3 % of 128 validation images.',
    believed,
    control: policyOf(1),
  });
  expect(choose([...points, point(2, 100)], believed)).toEqual(believed);
});

test('controls and shared weights are never chosen; without other measurements the prediction is marked as one', () => {
  const points = [point(8, 128, { role: 'control' }), point(4, 128, { steps: 'shared' })];
  const because = 'It is believed to be the best. Nothing was measured to confirm it.';
  expect(choose(points, believed)).toEqual({ policy: policyOf(2), because });
});

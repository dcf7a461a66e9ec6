import { describe, expect, it } from 'vitest';
import type { BitPolicy } from '../graph/policy';
import { fitDecreasing, interpolate } from '../math/isotonic';
import { createEstimator, type SingleLayerCost } from './surrogate';

const cell = (layer: string, bits: 2 | 4, lossIncrease: number, accuracyChange: number): SingleLayerCost => ({
  layer,
  tensor: 'weights',
  bits,
  lossIncrease,
  accuracyChange,
});
const table = {
  floatLoss: 0.4,
  floatAccuracy: 0.9,
  entries: [cell('a', 2, 0.5, -0.2), cell('a', 4, 0.05, -0.01), cell('b', 2, 1, -0.4), cell('b', 4, 0.1, -0.03)],
};
const policy = (a: 2 | 4 | 32, b: 2 | 4 | 32): BitPolicy => ({
  a: { weights: a, activations: 32 },
  b: { weights: b, activations: 32 },
});

describe('fitDecreasing', () => {
  it('pools what rises', () => {
    // Origin: scikit-learn IsotonicRegression(increasing=False) on [1, 3, 2, 0]: [2, 2, 2, 0].
    const points = [1, 3, 2, 0].map((y, x) => ({ x, y, weight: 1 }));
    const knots = fitDecreasing(points);
    expect([0, 1, 2, 3].map((x) => interpolate(knots, x))).toBeAllClose([2, 2, 1, 0]);
    expect(knots.map(({ y }) => y)).toEqual([2, 0]);
  });
});

describe('the estimate', () => {
  it('adds the losses of the layers', () => {
    expect(createEstimator(table, []).estimate(policy(2, 4)).loss).toBeCloseTo(1.0, 12);
  });

  it('is the float network without quantization', () => {
    expect(createEstimator(table, []).estimate(policy(32, 32)).accuracy).toBeCloseTo(0.9, 12);
  });

  it('follows measured policies and never rises with the loss', () => {
    const { estimate } = createEstimator(table, [{ policy: policy(2, 2), loss: 2.1, accuracy: 0.3 }]);
    expect(estimate(policy(2, 2)).accuracy).toBeCloseTo(0.3, 12);
    const accuracies = [policy(32, 32), policy(4, 4), policy(2, 4), policy(2, 2)].map((p) => estimate(p).accuracy);
    expect(accuracies).toEqual([...accuracies].sort((x, y) => y - x));
  });

  it('knows nothing of a cell that was not measured', () => {
    const unknown = { ...policy(4, 4), a: { weights: 3, activations: 32 } } as BitPolicy;
    expect(createEstimator(table, []).estimate(unknown).accuracy).toBeNaN();
  });

  it('agrees fully with measurements in the same order', () => {
    const all = [policy(32, 32), policy(4, 32), policy(4, 4), policy(2, 4), policy(2, 2)];
    const measured = all.map((p, i) => ({ policy: p, loss: i, accuracy: 1 - i / 10 }));
    expect(createEstimator(table, measured).agreement).toBeCloseTo(1, 12);
    expect(createEstimator(table, measured.slice(1)).agreement).toBeNaN();
  });
});

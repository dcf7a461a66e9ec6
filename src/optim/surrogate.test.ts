import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { fitDecreasing, interpolate } from '../math/isotonic';
import { createEstimator, type MeasuredPolicy, type SingleLayerCost } from './surrogate';

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
  it('pools points that rise', () => {
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

  it('equals the float network without quantization', () => {
    expect(createEstimator(table, []).estimate(policy(32, 32)).accuracy).toBeCloseTo(0.9, 12);
  });

  it('follows measured policies and never rises with the loss', () => {
    const { estimate } = createEstimator(table, [{ policy: policy(2, 2), loss: 2.1, accuracy: 0.3 }]);
    expect(estimate(policy(2, 2)).accuracy).toBeCloseTo(0.3, 12);
    const accuracies = [policy(32, 32), policy(4, 4), policy(2, 4), policy(2, 2)].map((p) => estimate(p).accuracy);
    expect(accuracies).toEqual([...accuracies].sort((x, y) => y - x));
  });

  it('is NaN for a cell that was not measured', () => {
    const unknown = { ...policy(4, 4), a: { weights: 3, activations: 32 } } as BitPolicy;
    expect(createEstimator(table, []).estimate(unknown).accuracy).toBeNaN();
  });

  it('agrees fully with measurements of the same order', () => {
    const all = [policy(32, 32), policy(4, 32), policy(4, 4), policy(2, 4), policy(2, 2)];
    const measured = all.map((p, i) => ({ policy: p, loss: i, accuracy: 1 - i / 10 }));
    expect(createEstimator(table, measured).agreement).toBeCloseTo(1, 12);
    expect(createEstimator(table, measured.slice(1)).agreement).toBeNaN();
  });
});

describe('the error of the estimate', () => {
  const shipped = ['tiny-emoji10', 'resnet8-emoji10', 'resnet20-emoji10', 'tiny-cifar10', 'resnet8-cifar10'];
  test.each(shipped)('%s: covers two of three measured policies', async (name) => {
    const { sensitivity, cloud } = JSON.parse(await readFile(`public/precomputed/${name}.json`, 'utf8'));
    const points: MeasuredPolicy[] = cloud.map(
      ({ policy, accuracy, loss }: { policy: BitPolicy; accuracy: number; loss: number }) => ({
        policy,
        accuracy,
        loss,
      }),
    );
    const isFloat = ({ policy }: MeasuredPolicy) =>
      Object.values(policy).every(({ weights, activations }) => weights === FLOAT && activations === FLOAT);
    const float = points.find(isFloat)?.accuracy as number;
    // Every fourth policy is held out: its estimate and error come from the others.
    const training = points.filter((_, i) => i % 4 !== 0);
    const { estimate, errorAt } = createEstimator(sensitivity, training, float);
    const held = points.filter((_, i) => i % 4 === 0);
    const within = held.filter(({ policy, accuracy }) => {
      return Math.abs(estimate(policy).accuracy - accuracy) <= errorAt(policy);
    });
    expect(within.length / held.length).toBeGreaterThan(0.45);
    expect(within.length / held.length).toBeLessThan(0.9);
    // Small where nothing is lost, and large where a single bit matters.
    const at = (share: number) =>
      errorAt(points.toSorted((a, b) => b.accuracy - a.accuracy)[Math.floor(points.length * share)].policy);
    expect(at(0.1)).toBeLessThan(0.02);
    expect(at(0.75)).toBeGreaterThan(0.02);
  });

  it('is NaN with too few measured policies, and for a width that is not in the table', () => {
    const all = [policy(32, 32), policy(4, 32), policy(4, 4), policy(2, 4), policy(2, 2)];
    const measured = all.map((p, i) => ({ policy: p, loss: i, accuracy: 0.9 - i / 10 }));
    expect(createEstimator(table, measured.slice(1)).errorAt(policy(4, 4))).toBeNaN();
    const { errorAt, error } = createEstimator(table, measured);
    expect(errorAt(policy(4, 4))).toBeGreaterThan(0);
    expect(error).toBeGreaterThan(0);
    expect(errorAt({ ...policy(4, 4), a: { weights: 3, activations: 32 } } as BitPolicy)).toBeNaN();
  });

  it('starts from the accuracy on the images of the measurements, not from the table', () => {
    expect(createEstimator(table, [], 0.8).estimate(policy(32, 32)).accuracy).toBeCloseTo(0.8, 12);
    expect(createEstimator(table, [], 0.8).estimate(policy(2, 32)).accuracy).toBeCloseTo(0.6, 12);
  });
});

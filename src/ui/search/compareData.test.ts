import { describe, expect, test } from 'vitest';
import type { RunPoint } from '../../engine/protocol/searching';
import { type BitWidth, FLOAT, uniformPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import { compressionHere } from '../../store/measure/costs';
import type { SearchRun } from '../../store/state/searchRun';
import { networks } from '../../zoo/registry';
import {
  accuracyOfRun,
  bestSoFar,
  bestWithin,
  cutOffInWords,
  equalBudget,
  frontOfRun,
  normalizedBits,
  rangeOfRace,
  uniformAt,
} from './compareData';

const architecture = networks.tiny.build([32, 32, 3], 10);
const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const timesSmaller = (bits: BitWidth) => compressionHere(architecture, policyOf(bits), SCHEME);
const policyOf = (bits: BitWidth) => uniformPolicy(architecture, bits, FLOAT);
const point = (images: number, bits: BitWidth, right: number, role: RunPoint['role'] = 'candidate'): RunPoint => ({
  policy: policyOf(bits),
  steps: 0,
  role,
  accuracy: wilson(right, 100),
  loss: 1,
  spent: { forward: images, backward: images, evaluations: images / 100, seconds: 1 },
});
const runOf = (points: readonly RunPoint[], changes: Partial<SearchRun> = {}) =>
  ({
    points,
    front: [],
    chosen: null,
    state: 'running',
    used: 0.5,
    setting: { scheme: SCHEME },
    spent: points[points.length - 1]?.spent ?? { forward: 0, backward: 0 },
    ...changes,
  }) as unknown as SearchRun;

const run = runOf([point(100, 2, 60), point(200, 8, 55), point(300, 4, 80), point(400, 1, 99, 'control')]);

test('the best so far rises with candidates only', () => {
  expect(bestSoFar(run)).toEqual([
    { images: 200, accuracy: 60 },
    { images: 600, accuracy: 80 },
  ]);
  expect(bestWithin(run, 599)?.policy).toEqual(policyOf(2));
  expect(bestWithin(run, 100)).toBeUndefined();
});

test('the race shows where every run is, a bad one too, and little of how low a good one began', () => {
  const step = (accuracy: number) => ({ images: 1, accuracy });
  const [low, high] = rangeOfRace([[step(20), step(93), step(94.5)], [step(50)]]);
  expect(low).toBeLessThanOrEqual(50);
  expect(low).toBeGreaterThan(20);
  expect(high).toBeGreaterThanOrEqual(94.5);
  expect(rangeOfRace([[step(20), step(93), step(94.5)]])[0]).toBeGreaterThan(90);
  expect(cutOffInWords('Random', [step(20), step(93)], low)).toBe('Random began at 20.0 %, below this range.');
  expect(cutOffInWords('Random', [step(93)], low)).toBe('');
  expect(cutOffInWords('Random', [], low)).toBe('');
});

describe('an equal budget', () => {
  const short = runOf([point(50, 3, 70)]);
  test('is what the shortest run has seen', () => {
    expect(equalBudget([run, short])).toBe(100);
    expect(equalBudget([run, runOf([])])).toBe(800);
    expect(equalBudget([])).toBe(0);
  });
  test('is not shortened by a run that had nothing left to ask', () => {
    const exhausted = { ...short, state: 'done', used: 0.1 } as SearchRun;
    expect(equalBudget([run, exhausted])).toBe(800);
    expect(equalBudget([exhausted])).toBe(100);
    expect(equalBudget([run, { ...exhausted, used: 1 }])).toBe(100);
  });
});

test('a front is by test images where there are any, the least compressed first', () => {
  expect(frontOfRun(run, architecture)).toEqual([
    { compression: timesSmaller(4), accuracy: 80, tested: false },
    { compression: timesSmaller(2), accuracy: 60, tested: false },
  ]);
  const tested = { policy: policyOf(2), steps: 0, searched: wilson(60, 100), tested: wilson(50, 100) };
  const finished = runOf(run.points, { front: [tested], chosen: { policy: policyOf(2), because: '' } });
  expect(frontOfRun(finished, architecture)).toEqual([{ compression: timesSmaller(2), accuracy: 50, tested: true }]);
  expect(accuracyOfRun(finished)).toEqual({ accuracy: wilson(50, 100), tested: true });
  expect(accuracyOfRun(run)).toEqual({ accuracy: wilson(80, 100), tested: false });
});

test('between two uniform widths lies a straight line over average bits', () => {
  const uniform = [
    { compression: 4, accuracy: 90 },
    { compression: 8, accuracy: 80 },
    { compression: 16, accuracy: 40 },
  ];
  expect(uniformAt(8, uniform)).toEqual({ accuracy: 80, between: false });
  // 3 bits are halfway between 4 and 2.
  expect(uniformAt(32 / 3, uniform)?.accuracy).toBeCloseTo(60, 10);
  expect(uniformAt(17, uniform)).toBeUndefined();
  expect(uniformAt(3, uniform)).toBeUndefined();
});

test('normalized bits are shares of the largest', () => {
  const policy = { a: { weights: 8, activations: 8 }, b: { weights: 2, activations: 8 } } as const;
  expect(normalizedBits(policy)).toEqual([1, 0.25]);
});

import { expect, test } from 'vitest';
import { BITS, WEIGHT_INDICATORS } from '../../optim/papers/limpqResnet50';
import { networks } from '../../zoo/registry';
import { createSpace } from '../space';
import { cleanedUp, importanceOf, importancePenalties, reversedChoices } from './importance';

const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const resnet = networks.resnet8.build([32, 32, 3], 10);
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const steps = (...pairs: [number, number][]) => new Map(pairs);

test('steps that grow with the bits are pooled with their neighbors; all others stay', () => {
  const fine = steps([2, 0.4], [3, 0.2], [4, 0.1]);
  expect([...cleanedUp(fine)]).toEqual([...fine]);
  expect([...cleanedUp(steps([8, 0.05], [2, 0.4], [4, 0.3], [3, 0.1]))]).toEqual([
    [2, 0.4],
    [3, 0.2],
    [4, 0.2],
    [8, 0.05],
  ]);
  // The two rows of the paper's ResNet-50 table whose 6-bit entry exceeds the 5-bit one.
  const rows = WEIGHT_INDICATORS.map((row) => new Map(row.map((step, i) => [BITS[i] as number, step])));
  const changed = rows.filter((row) => [...cleanedUp(row)].some(([bits, step]) => row.get(bits) !== step));
  expect(changed).toHaveLength(2);
  for (const row of changed) {
    expect(row.get(6)).toBeGreaterThan(row.get(5) as number);
    const fit = cleanedUp(row);
    const values = [...fit.values()];
    expect(values).toEqual(values.toSorted((x, y) => y - x));
    expect(fit.get(5)).toBe(fit.get(6));
    expect(sum(values)).toBeCloseTo(sum(row.values()), 12);
  }
});

test('float has importance 0, and 1 bit is extrapolated from 2 and 3', () => {
  const known = steps([2, 0.4], [3, 0.16], [8, 0.01]);
  expect([32, 8, 3, 2].map((bits) => importanceOf(known, bits as 2))).toEqual([0, 0.01, 0.16, 0.4]);
  expect(importanceOf(known, 1)).toBeCloseTo(1, 9);
  expect(importanceOf(steps([2, 0.4]), 1)).toBeCloseTo(0.8, 9);
  expect(importanceOf(steps(), 4)).toBe(0);
  expect(() => importanceOf(known, 4)).toThrow('No step was learned for 4 bits; there are 2, 3, 8.');
});

test('alpha weights the weight steps against the activation steps', () => {
  const space = createSpace(resnet, scheme, { weights: [2, 4], activations: [8], locks: {} }, []);
  const table = space.layers.map(({ id }, l) => ({
    id,
    weights: steps([2, 0.1 * (l + 1)], [4, 0.05 * (l + 1)]),
    activations: steps([8, 0.5]),
  }));
  expect(importancePenalties(space, table, 3)[2]).toEqual([0.5 + 3 * 0.1 * 3, 0.5 + 3 * 0.05 * 3]);
});

test('reversed at the same cost: the least important layers get the bits', () => {
  const widths = [1, 2, 3, 4];
  const importances = [8, 4, 2, 1];
  const penalties = importances.map((importance) => widths.map((bits) => importance * 2 ** -bits));
  const costs = importances.map(() => widths.map((bits) => [bits]));
  const chosen = [3, 2, 1, 0];
  // No vector of the same cost has a larger sum.
  const sumOf = (vector: readonly number[]) => sum(vector.map((choice, l) => penalties[l][choice]));
  const reversed = reversedChoices(costs, [10], penalties, chosen);
  expect(sum(reversed.map((choice) => widths[choice]))).toBe(10);
  const all = [0, 1, 2, 3].flatMap((a) =>
    [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d]))),
  );
  const equal = all.filter((vector) => sum(vector.map((choice) => widths[choice])) === 10);
  expect(sumOf(reversed)).toBe(Math.max(...equal.map(sumOf)));
  expect(reversed[0]).toBe(0);
  // If no other policy spends as much, the control is the choice itself.
  expect(reversedChoices(costs, [16], penalties, [3, 3, 3, 3])).toEqual([3, 3, 3, 3]);
});

import { expect, test } from 'vitest';
import { BITS, WEIGHT_INDICATORS } from '../optim/limpqResnet50.testing';
import { networks } from '../zoo/registry';
import { cleanedUp, importanceOf, importancePenalties, type LayerImportance, reversedTable } from './importance';
import { createSpace } from './space';

const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const resnet = networks.resnet8.build([32, 32, 3], 10);
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const steps = (...pairs: [number, number][]) => new Map(pairs);

test('steps that grow with the bits are pooled with their neighbors, the others stay', () => {
  const fine = steps([2, 0.4], [3, 0.2], [4, 0.1]);
  expect([...cleanedUp(fine)]).toEqual([...fine]);
  expect([...cleanedUp(steps([8, 0.05], [2, 0.4], [4, 0.3], [3, 0.1]))]).toEqual([
    [2, 0.4],
    [3, 0.2],
    [4, 0.2],
    [8, 0.05],
  ]);
  // Of the paper's ResNet-50 table, the two rows whose 6-bit entry is larger than the 5-bit one.
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

test('float costs no accuracy, and 1 bit goes on from 2 and 3', () => {
  const known = steps([2, 0.4], [3, 0.16], [8, 0.01]);
  expect([32, 8, 3, 2].map((bits) => importanceOf(known, bits as 2))).toEqual([0, 0.01, 0.16, 0.4]);
  expect(importanceOf(known, 1)).toBeCloseTo(1, 9);
  expect(importanceOf(steps([2, 0.4]), 1)).toBeCloseTo(0.8, 9);
  expect(importanceOf(steps(), 4)).toBe(0);
  expect(() => importanceOf(known, 4)).toThrow('No step was learned for 4 bits; there are 2, 3, 8.');
});

test('reversed, layers with equal choices change places; alpha weighs the weights', () => {
  const ids = ['stem', '1a', '1b', '2a', '2b', '2s', '3a', '3b', '3s', 'fc'];
  const locks = { '1a': { weights: 8, activations: 8 } } as const;
  const space = createSpace(resnet, scheme, { weights: [2, 4], activations: [8], locks }, []);
  const table: LayerImportance[] = ids.map((id, l) => ({
    id,
    weights: steps([2, 0.1 * (l + 1)], [4, 0.05 * (l + 1)], [8, 0.01]),
    activations: steps([8, 0.5]),
  }));
  expect(space.layers.map(({ id }) => id).sort()).toEqual([...ids].sort());
  const order = space.layers.map(({ id }) => table.find((row) => row.id === id) as LayerImportance);
  const penalties = importancePenalties(space, order, 3);
  expect(penalties[2]).toEqual(
    order[2].weights.size > 0 ? [2, 4].map((b) => 0.5 + 3 * (order[2].weights.get(b) as number)) : [],
  );
  const reversed = reversedTable(space, order, 3);
  // The stem reads the image and the first layer is locked: no other has their choices.
  expect([reversed[0], reversed[1]]).toEqual([order[0], order[1]]);
  const free = (rows: readonly LayerImportance[]) => rows.slice(2).map(({ weights }) => weights.get(2) as number);
  const sorted = free(order).toSorted((a, b) => a - b);
  expect(free(reversed)).toEqual(free(order).map((step) => sorted[sorted.length - 1 - sorted.indexOf(step)]));
  expect(reversed.map(({ id }) => id)).toEqual(order.map(({ id }) => id));
});

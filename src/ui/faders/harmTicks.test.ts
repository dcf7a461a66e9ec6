// Ticks from the shipped tables of ResNet-8, and on numbers made for the limits.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SensitivityTable } from '../../engine/protocol/measuring';
import { expectedArchitecture } from '../../store/state/desk';
import { readShipped } from '../../store/state/shipped';
import { fullHarm, harmTicks } from './harmTicks';

const tableOf = (losses: readonly number[]) =>
  ({
    entries: losses.map((loss, i) => ({
      layer: 'a',
      tensor: 'weights',
      bits: i + 1,
      lossIncrease: loss / 10,
      accuracyChange: -loss / 100,
    })),
  }) as unknown as SensitivityTable;

test('ticks are as long as the loss, end in an arrow beyond the full length, and leave noise out', () => {
  const table = tableOf([35, 20, 5, 0.41, 0.39, -1]);
  expect(fullHarm(table, 'weights')).toBe(20);
  expect(harmTicks(table, 'a', 'weights').map(({ bits, share, more }) => [bits, share, more])).toEqual([
    [1, 1, true],
    [2, 1, false],
    [3, 0.25, false],
    [4, expect.closeTo(0.0205), false],
  ]);
  expect(harmTicks(table, 'b', 'weights')).toEqual([]);
  expect(harmTicks(table, 'a', 'activations')).toEqual([]);
});

test('a full tick is 10 points where few losses are larger', () => {
  expect(fullHarm(tableOf([10, 8, 6, 1]), 'weights')).toBe(10);
  expect(fullHarm(tableOf([]), 'weights')).toBe(10);
});

test('the first convolution of ResNet-8 is harmed most at 1 bit, and nothing at 8', () => {
  const shipped = JSON.parse(readFileSync('public/precomputed/resnet8-emoji10.json', 'utf8'));
  const { sensitivity } = readShipped(shipped, expectedArchitecture('resnet8'));
  expect(harmTicks(sensitivity, 'stem', 'weights')[0]).toMatchObject({ bits: 1, share: 1, more: true });
  expect(harmTicks(sensitivity, '3s', 'weights').filter(({ bits }) => bits >= 5)).toEqual([]);
});

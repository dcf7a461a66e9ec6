import { expect, test } from 'vitest';
import { compare } from './accuracy';

/** The first `right` of `n` images are right. */
const first = (right: number, n: number) => Uint8Array.from({ length: n }, (_, i) => Number(i < right));
const last = (right: number, n: number) => first(n - right, n).map((hit) => 1 - hit);

test.each([
  [890, first(98, 1000), 'chance'],
  [890, first(700, 1000), 'worse'],
  [890, first(920, 1000), 'better'],
  [890, first(889, 1000), 'same'],
  // Equal accuracy on different images: the pairs set the uncertainty.
  [500, last(500, 1000), 'same'],
  // At chance before and after: no fall.
  [101, first(98, 1000), 'same'],
  [101, first(400, 1000), 'better'],
] as const)('%i right before, and then %j: %s', (before, after, verdict) => {
  expect(compare(first(before, 1000), after, 10).verdict).toBe(verdict);
});

test('gains and losses are counted on the same images', () => {
  const { before, after, difference } = compare(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 1), 10);
  expect([before.value, after.value]).toEqual([0.5, 0.75]);
  expect(difference).toMatchObject({ gained: 2, lost: 1, difference: 0.25 });
});

test('without images the verdict is "same"', () => {
  expect(compare(new Uint8Array(), new Uint8Array(), 10).verdict).toBe('same');
});

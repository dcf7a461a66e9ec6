// The mark in the rack's bar: its arrow is over the strip, and it covers the title and the menus whole or not at all.
import { expect, test } from 'vitest';
import { placeOver } from './placeOver';

const WIDE = 442;

test.each([
  ['3b at 1440', 660, 738, 1040],
  ['3b at 1366', 607, 685, 966],
  ['3b at 1280', 558, 628, 896],
  ['stem at 1440', 26, 108, 1040],
  ['a second strip of 20', 69, 106, 896],
  ['2s at 1440', 476, 560, 1040],
])('%s', (_, left, right, room) => {
  const place = placeOver({ left, right }, WIDE, room);
  expect(place.arrow).toBeGreaterThan(left);
  expect(place.arrow).toBeLessThan(right);
  expect(place.left === 8 || place.left >= 72).toBe(true);
  expect(place.left + WIDE).toBeLessThanOrEqual(room - 314);
});

test('where there is too little room for both, the arrow reaches the strip', () => {
  const place = placeOver({ left: 473, right: 532 }, WIDE, 774);
  expect(place.arrow).toBeGreaterThan(473);
});

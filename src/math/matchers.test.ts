import { expect, test } from 'vitest';

const fails = (received: number[], expected: number[], tolerance = {}) =>
  expect(() => expect(received).toBeAllClose(expected, tolerance));

test('NaN equals only NaN, and an infinity only itself', () => {
  expect([Number.NaN, Infinity, -Infinity, -0]).toBeAllClose([Number.NaN, Infinity, -Infinity, 0]);
  for (const [a, b] of [
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.NaN, Infinity],
    [Infinity, Number.NaN],
    [Infinity, -Infinity],
    [1, Infinity],
    [Infinity, 1],
  ])
    fails([0, a], [0, b], { atol: 1e30, rtol: 0 }).toThrow('index 1');
});

test('counts elements and names the worst one', () => {
  fails([1, 2], [1, 2, 3]).toThrow('expected 3 elements, received 2');
  fails([1, 2.1, 3.5, 4.2], [1, 2, 3, 4]).toThrow('worst at index 2: received 3.5, expected 3');
  fails([1, 9, Number.NaN], [1, 2, 3]).toThrow('index 2');
  fails([Number.NaN, 9], [1, 2]).toThrow('index 0');
});

test('tolerances are absolute plus relative to the expected number', () => {
  expect([100.9]).toBeAllClose([100], { rtol: 0.01, atol: 0 });
  fails([101.1], [100], { rtol: 0.01, atol: 0 }).toThrow();
  expect([0.09]).toBeAllClose([0], { rtol: 0, atol: 0.1 });
});

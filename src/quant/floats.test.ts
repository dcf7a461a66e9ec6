import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { exponentOf, float16Bits, fromFloat16Bits, roundToFloat16 } from './floats';

// numpy.float16(numpy.float32(v)) and its bits (NumPy 2.4).
test.each([
  [1 / 3, 0.333251953125, 0x3555],
  [-0.1, -0.0999755859375, 0xae66],
  [65519, 65504, 0x7bff],
  [1e-5, 1.0013580322265625e-5, 0x00a8],
  [6e-8, 2 ** -24, 0x0001],
  [1e-7, 2 ** -23, 0x0002],
  [2049, 2048, 0x6800],
  [2051, 2052, 0x6802],
  [1000.3, 1000.5, 0x63d1],
  [6.1e-5, 6.097555160522461e-5, 0x03ff],
])('%d in half precision, as in NumPy', (v, half, bits) => {
  expect(roundToFloat16(Math.fround(v))).toBe(half);
  expect(float16Bits(half)).toBe(bits);
  expect(fromFloat16Bits(bits)).toBe(half);
});

test('every float16 rounds to itself and round-trips through its bits', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromFloat16Bits(bits);
    const rounded = roundToFloat16(value);
    if (!(rounded === value || Number.isNaN(value))) expect(rounded).toBe(value); // one expectation instead of 65,536
    const own = Number.isNaN(value) ? 0x7e00 : bits;
    if (float16Bits(value) !== own) expect(float16Bits(value)).toBe(own);
  }
});

test('the exponent is floor(log2 |x|), also next to powers of two', () => {
  expect([1, -1, 0.5, 1.999999, 2, 3.4e38, -6].map(exponentOf)).toEqual([0, 0, -1, 0, 1, 127, 2]);
  expect([0, 1e-45].map(exponentOf)).toEqual([-127, -127]);
  law([fc.integer({ min: -125, max: 126 })], (e) => {
    expect(exponentOf(2 ** e)).toBe(e);
    expect(exponentOf(-Math.fround(2 ** e * (2 - 2 ** -23)))).toBe(e);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendRow,
  type Cholesky,
  cholesky,
  inverse,
  inverseDiagonal,
  logDeterminant,
  packedRow,
  packSymmetric,
  solveLower,
  solveUpper,
} from './cholesky';
import { law } from './law.testing';
import { createRng } from './rng';

/** A A^T + I / 10 of a random square A. */
function randomMatrix(size: number, seed: number): Float64Array {
  const rng = createRng(seed);
  const a = Array.from({ length: size }, () => Array.from({ length: size }, () => rng.normal()));
  return packSymmetric(size, (i, j) => a[i].reduce((sum, x, k) => sum + x * a[j][k], i === j ? 0.1 : 0));
}
const entry = (packed: Float64Array, i: number, j: number) => packed[packedRow(Math.max(i, j)) + Math.min(i, j)];
const times = (packed: Float64Array, x: Float64Array) =>
  x.map((_, i) => x.reduce((sum, value, j) => sum + entry(packed, i, j) * value, 0));
const product = ({ size, lower }: Cholesky) =>
  packSymmetric(size, (i, j) => {
    let sum = 0;
    for (let k = 0; k <= j; k++) sum += lower[packedRow(i) + k] * lower[packedRow(j) + k];
    return sum;
  });
const close = { rtol: 1e-9, atol: 1e-9 };

const matrices: [fc.Arbitrary<number>, fc.Arbitrary<number>] = [fc.integer({ min: 1, max: 12 }), fc.nat()];

describe('the factor', () => {
  test('multiplies back to the matrix, without jitter', () => {
    law(matrices, (size, seed) => {
      const matrix = randomMatrix(size, seed);
      const factor = cholesky(matrix, size);
      expect(factor.jitter).toBe(0);
      expect(product(factor)).toBeAllClose(matrix, close);
    });
  });

  test('solves and inverts', () => {
    law(matrices, (size, seed) => {
      const matrix = randomMatrix(size, seed);
      const factor = cholesky(matrix, size);
      const rng = createRng(seed + 1);
      const x = Float64Array.from({ length: size }, () => rng.normal());
      expect(solveUpper(factor, solveLower(factor, times(matrix, x)))).toBeAllClose(x, close);
      const inverted = inverse(factor);
      expect(times(inverted, times(matrix, x))).toBeAllClose(x, close);
      expect(inverseDiagonal(factor)).toBeAllClose(
        x.map((_, i) => entry(inverted, i, i)),
        close,
      );
    });
  });

  test('extended by a row equals the factor of the whole matrix', () => {
    law(matrices, (size, seed) => {
      const matrix = randomMatrix(size + 1, seed);
      const grown = appendRow(
        cholesky(matrix.slice(0, packedRow(size)), size),
        matrix.subarray(packedRow(size), packedRow(size + 1)),
      );
      expect(grown.lower).toBeAllClose(cholesky(matrix, size + 1).lower, { rtol: 1e-10, atol: 1e-10 });
    });
  });

  test('gives the log determinant of both pivots', () => {
    expect(logDeterminant(cholesky(Float64Array.of(4, 2, 3), 2))).toBeCloseTo(Math.log(8), 14);
  });
});

describe('a matrix that is not positive definite', () => {
  test('gets the smallest jitter that works', () => {
    const ones = packSymmetric(5, () => 3);
    const factor = cholesky(ones, 5);
    expect(factor.jitter).toBeCloseTo(3e-8, 20);
    expect(product(factor)).toBeAllClose(ones, { rtol: 2e-8, atol: 0 });
    const grown = appendRow(cholesky(Float64Array.of(3), 1), [3, 3]);
    expect(grown.jitter).toBeCloseTo(3e-8, 20);
  });

  test('is refused when jitter is not enough', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 1), 2)).toThrow('not positive definite');
    expect(() => appendRow(cholesky(Float64Array.of(1), 1), [2, 1])).toThrow('not positive definite');
  });

  test('is refused for non-finite entries or a wrong length', () => {
    expect(() => cholesky(Float64Array.of(1, Number.NaN, 1), 2)).toThrow('NaN at packed position 1');
    expect(() => cholesky(Float64Array.of(1, 1), 2)).toThrow('3 numbers; got 2');
    expect(() => appendRow(cholesky(Float64Array.of(1), 1), [1])).toThrow('needs 2 numbers');
  });
});

import { expect, test } from 'vitest';
import { packedRow } from './cholesky';
import { fc, law } from './law.testing';
import { symmetricRow, symmetricTimes } from './symmetric';

test('rows and products of packed symmetric matrices are those of full ones', () => {
  const numbers = fc.double({ min: -10, max: 10, noNaN: true });
  const problem = fc
    .record({ rows: fc.integer({ min: 1, max: 11 }), width: fc.integer({ min: 1, max: 5 }) })
    .chain(({ rows, width }) =>
      fc.record({
        rows: fc.constant(rows),
        width: fc.constant(width),
        packed: fc.array(numbers, { minLength: packedRow(rows), maxLength: packedRow(rows) }),
        panel: fc.array(numbers, { minLength: rows * width, maxLength: rows * width }),
      }),
    );
  law([problem], ({ rows, width, packed, panel }) => {
    const full = (i: number, j: number) => packed[packedRow(Math.max(i, j)) + Math.min(i, j)];
    const matrix = Float64Array.from(packed);
    const product = symmetricTimes(matrix, rows, Float64Array.from(panel), width);
    const row = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      symmetricRow(matrix, i, row);
      expect([...row]).toEqual(Array.from({ length: rows }, (_, j) => full(i, j)));
      for (let c = 0; c < width; c++) {
        const expected = Array.from({ length: rows }, (_, j) => full(i, j) * panel[j * width + c]);
        const sum = expected.reduce((a, b) => a + b, 0);
        expect(Math.abs(product[i * width + c] - sum)).toBeLessThan(1e-10 * (1 + Math.abs(sum)) * 100);
      }
    }
  });
});

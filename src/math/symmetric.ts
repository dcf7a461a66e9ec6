// Products of packed symmetric matrices (cholesky.ts) with panels: columns side by side, [rows, width].
import { packedRow } from './cholesky';

/** Writes row `i` of a packed symmetric matrix of `into.length` rows. */
export function symmetricRow(packed: Float64Array, i: number, into: Float64Array): void {
  const row = packedRow(i);
  for (let j = 0; j <= i; j++) into[j] = packed[row + j];
  for (let j = i + 1, at = packedRow(i + 1) + i; j < into.length; at += ++j) into[j] = packed[at];
}

/**
 * Adds to `into` [width] from `to` on the rows `from`, `from + 1`, ... of a panel, weighted by `count` numbers of `weights`
 * from `at` on. Four rows per pass: one would spend its time on loading and storing the sums.
 */
export function addRows(
  into: Float64Array,
  to: number,
  weights: Float64Array,
  at: number,
  count: number,
  panel: Float64Array,
  from: number,
  width: number,
): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const [a, b, c, d] = [weights[at + k], weights[at + k + 1], weights[at + k + 2], weights[at + k + 3]];
    const p = (from + k) * width;
    const [q, r, s] = [p + width, p + 2 * width, p + 3 * width];
    for (let i = 0; i < width; i++)
      into[to + i] += a * panel[p + i] + b * panel[q + i] + (c * panel[r + i] + d * panel[s + i]);
  }
  for (; k < count; k++) {
    const a = weights[at + k];
    for (let i = 0, p = (from + k) * width; i < width; i++) into[to + i] += a * panel[p + i];
  }
}

/** The product of a packed symmetric matrix of `rows` rows and a panel of the given width. */
export function symmetricTimes(packed: Float64Array, rows: number, panel: Float64Array, width: number): Float64Array {
  const product = new Float64Array(rows * width);
  const row = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    symmetricRow(packed, i, row);
    addRows(product, i * width, row, 0, rows, panel, 0, width);
  }
  return product;
}

// Coordinate descent on the codes of a kernel: one number after the other takes the level with the least weighted error,
// given all others. It starts where error feedback ends, which never returns to a number. Reference: CDQuant, arXiv 2406.17542.
import { packedRow } from '../../math/cholesky';
import type { Panel } from './errorFeedback';
import { nearestLevel } from './levels';

/**
 * Codes [rows, width] after one sweep through all rows, from the given ones. The weighted error of no column grows.
 * @param matrix The weights of the error, packed, positive on the diagonal; all columns of the panel share them.
 */
export function sweep({ width, weights, levels }: Panel, codes: Uint8Array, matrix: Float64Array): Uint8Array {
  const rows = codes.length / width;
  const result = codes.slice();
  const values = Float64Array.from(codes, (code, at) => levels(at).values[levels(at).codes.indexOf(code)]);
  const differences = Float64Array.from(values, (value, at) => weights[at] - value);
  /** The matrix times the differences. */
  const gradient = new Float64Array(codes.length);
  const add = (i: number, j: number, h: number) => {
    for (let c = 0, to = i * width, from = j * width; c < width; c++) gradient[to + c] += h * differences[from + c];
  };
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j <= i; j++, at++) {
      add(i, j, matrix[at]);
      if (i !== j) add(j, i, matrix[at]);
    }
  for (let i = 0; i < rows; i++) {
    const row = packedRow(i);
    const pivot = matrix[row + i];
    for (let c = 0; c < width; c++) {
      const at = i * width + c;
      const own = levels(at);
      const level = nearestLevel(own.values, values[at] + gradient[at] / pivot);
      if (own.codes[level] === result[at]) continue;
      const by = values[at] - own.values[level];
      result[at] = own.codes[level];
      values[at] = own.values[level];
      for (let k = 0; k <= i; k++) gradient[k * width + c] += matrix[row + k] * by;
      for (let k = i + 1, to = packedRow(i + 1) + i; k < rows; k++, to += k) gradient[k * width + c] += matrix[to] * by;
    }
  }
  return result;
}

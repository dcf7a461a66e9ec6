// Coordinate descent on the codes of a kernel: one number after the other takes the level with the least weighted error,
// given all others. It starts where error feedback ends, which never returns to a number. Reference: CDQuant, arXiv 2406.17542.
import { addRows, symmetricRow } from '../../math/symmetric';
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
  const row = new Float64Array(rows);
  const gradient = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    symmetricRow(matrix, i, row);
    gradient.fill(0);
    addRows(gradient, 0, row, 0, rows, differences, 0, width);
    for (let c = 0; c < width; c++) {
      const at = i * width + c;
      const own = levels(at);
      const level = nearestLevel(own.values, values[at] + gradient[c] / row[i]);
      result[at] = own.codes[level];
      differences[at] = weights[at] - own.values[level];
    }
  }
  return result;
}

// Rounding with error feedback: rows of a kernel are rounded one after the other, and the remaining rows compensate
// each row's error as far as the layer's inputs allow.
//
// With H = L L^T, rows in the factor's order, the error is the sum over rows i of (L_ii d_i + sum_{k > i} L_ki d_k)^2,
// where d is weight minus level. From the last row to the first, each takes the level nearest to the minimum of its own
// term. That is GPTQ (E. Frantar et al., arXiv 2210.17323) with columns ordered by their diagonal, in the form of
// Babai's nearest plane (arXiv 2507.18553), which needs no inverse.
import { packedRow } from '../../math/cholesky';
import { addRows } from '../../math/symmetric';
import { type Levels, nearestLevel } from './levels';
import type { Factor } from './moments';

/** Columns of a kernel that share one factor, in the kernel's order: [rows, width]. */
export interface Panel {
  readonly width: number;
  readonly weights: Float32Array;
  /** Levels of each number. */
  readonly levels: (at: number) => Levels;
}

/** Codes [rows, width], and the damped error of each column. */
export interface RoundedPanel {
  readonly codes: Uint8Array;
  readonly errors: Float64Array;
}

/** Rows whose errors move on to the rows before them together: GPTQ's lazy batch updates. */
const ROWS_AT_ONCE = 16;

/** Rounds a panel with error feedback, or, without it, each number to its nearest level. */
export function roundPanel({ width, weights, levels }: Panel, factor: Factor, feedback: boolean): RoundedPanel {
  const { order, cholesky } = factor;
  const { size, lower } = cholesky;
  const codes = new Uint8Array(size * width);
  const errors = new Float64Array(width);
  /** The contribution of finished rows to the term of each row. */
  const sums = new Float64Array(size * width);
  const moved = new Float64Array(size * width);
  const column = new Float64Array(ROWS_AT_ONCE);
  for (let end = size; end > 0; end -= ROWS_AT_ONCE) {
    const start = Math.max(0, end - ROWS_AT_ONCE);
    for (let k = end - 1; k >= start; k--) {
      for (let i = k + 1; i < end; i++) addRows(sums, k * width, lower, packedRow(i) + k, 1, moved, i, width);
      const pivot = lower[packedRow(k) + k];
      for (let c = 0; c < width; c++) {
        const at = order[k] * width + c;
        const sum = sums[k * width + c];
        const { values, codes: own } = levels(at);
        const level = nearestLevel(values, feedback ? weights[at] + sum / pivot : weights[at]);
        codes[at] = own[level];
        const left = weights[at] - values[level];
        moved[k * width + c] = left;
        errors[c] += (pivot * left + sum) ** 2;
      }
    }
    for (let i = 0; i < start; i++) {
      for (let k = start; k < end; k++) column[k - start] = lower[packedRow(k) + i];
      addRows(sums, i * width, column, 0, end - start, moved, start, width);
    }
  }
  return { codes, errors };
}

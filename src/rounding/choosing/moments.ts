// Second moments of a kernel's inputs: H = X^T X / n, where X [n, rows] holds the columns of all windows. Changing a
// kernel by d changes the layer's output by d^T H d in mean square, channel by channel.
import { type Cholesky, cholesky, packedRow } from '../../math/cholesky';
import { addRows } from '../../math/symmetric';
import type { KernelLayout } from '../../quant/granularity';

/** Second moments, packed as in math/cholesky.ts, rows in the kernel's order. */
export interface Moments {
  /** Numbers of a kernel per output channel. */
  readonly rows: number;
  /** One matrix for all output channels, or one per group: for a depthwise layer, one for each channel. */
  readonly matrices: readonly Float64Array[];
}

/** The fraction of the mean diagonal added to it (GPTQ's `percdamp`), because the moments come from a sample. */
const DAMPING = 0.01;

/** A matrix with its rows in another order, damped and factored. */
export interface Factor {
  /**
   * Position `i` of the factor belongs to row `order[i]` of the kernel: the row with the smallest input comes first.
   */
  readonly order: Uint32Array;
  readonly cholesky: Cholesky;
}

/** Entry (i, j) of a packed symmetric matrix. */
const entry = (packed: Float64Array, i: number, j: number) => packed[i < j ? packedRow(j) + i : packedRow(i) + j];

/** What is added to the diagonal of a matrix. A zero matrix becomes the identity, which weights all rows equally. */
function dampingOf(matrix: Float64Array, rows: number): number {
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += matrix[packedRow(i) + i];
  return trace > 0 ? (DAMPING * trace) / rows : 1;
}

/** A matrix of `rows` rows with its damping. */
export function damped(matrix: Float64Array, rows: number): Float64Array {
  const damping = dampingOf(matrix, rows);
  const sum = matrix.slice();
  for (let i = 0; i < rows; i++) sum[packedRow(i) + i] += damping;
  return sum;
}

/** Factors one matrix of `rows` rows, damped. */
export function factorOf(matrix: Float64Array, rows: number): Factor {
  const diagonal = Float64Array.from({ length: rows }, (_, i) => matrix[packedRow(i) + i]);
  const damping = dampingOf(matrix, rows);
  const order = Uint32Array.from(diagonal.keys()).sort((a, b) => diagonal[a] - diagonal[b] || b - a);
  const packed = new Float64Array(packedRow(rows));
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j <= i; j++, at++) packed[at] = entry(matrix, order[i], order[j]) + (i === j ? damping : 0);
  return { order, cholesky: cholesky(packed, rows) };
}

/** `d^T H d` of each output channel, for a difference `d` in the kernel's order. */
export function weightedErrors(difference: ArrayLike<number>, moments: Moments, { channels }: KernelLayout) {
  const { rows, matrices } = moments;
  const errors = new Float64Array(channels);
  if (matrices.length > 1) {
    const matrixOf = (c: number) => matrices[Math.floor((c * matrices.length) / channels)];
    for (let c = 0; c < channels; c++)
      for (let i = 0, at = 0; i < rows; i++)
        for (let j = 0; j <= i; j++, at++)
          errors[c] +=
            (i === j ? 1 : 2) * matrixOf(c)[at] * difference[i * channels + c] * difference[j * channels + c];
    return errors;
  }
  const [matrix] = matrices;
  const columns = Float64Array.from(difference);
  const before = new Float64Array(channels);
  for (let i = 0; i < rows; i++) {
    const row = packedRow(i);
    before.fill(0);
    addRows(before, 0, matrix, row, i, columns, 0, channels);
    for (let c = 0, at = i * channels; c < channels; c++, at++)
      errors[c] += columns[at] * (2 * before[c] + matrix[row + i] * columns[at]);
  }
  return errors;
}

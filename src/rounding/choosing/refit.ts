// Refits the numbers of a group to chosen codes: a quantizer's decoded values are linear in them, so those with the
// least weighted error follow from a small linear system per channel, as DSConv's scale does without weights.
import type { KernelLayout } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import type { Moments } from './moments';

/** `H b` for one column. */
function multiply(matrix: Float64Array, rows: number, b: Float64Array): Float64Array {
  const product = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < i; j++, at++) {
      sum += matrix[at] * b[j];
      product[j] += matrix[at] * b[i];
    }
    product[i] += sum + matrix[at++] * b[i];
  }
  return product;
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** Solution of one or two equations with a symmetric matrix `a b; b d`; undefined if there is none. */
function solve(a: number, b: number, d: number, x: number, y: number, count: number): number[] | undefined {
  if (count === 1) return a > 0 ? [x / a] : undefined;
  const determinant = a * d - b * b;
  return determinant > 1e-9 * a * d ? [(d * x - b * y) / determinant, (a * y - b * x) / determinant] : undefined;
}

/**
 * Numbers per group, per tensor or channel, that minimize the weighted error of the codes. The current ones are kept
 * where the system has no solution or where the first number would change its sign. At most two numbers per group.
 */
export function refitNumbers(
  kernel: Float32Array,
  codes: Uint8Array,
  numbers: readonly (readonly number[])[],
  { rows, matrices }: Moments,
  { channels }: KernelLayout,
  scheme: QuantScheme,
  bits: number,
): number[][] {
  const quantizer = quantizerOf(scheme.quantizer);
  const count = numbers[0].length;
  const groups = numbers.length;
  const sums = Array.from({ length: groups }, () => [0, 0, 0, 0, 0]);
  const column = new Uint8Array(rows);
  const weights = new Float64Array(rows);
  const units = Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? 1 : 0)));
  /** `H 1`, which is the same for all channels that share a matrix. */
  const ones: (Float64Array | undefined)[] = [];
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) {
      column[i] = codes[i * channels + c];
      weights[i] = kernel[i * channels + c];
    }
    const m = matrices.length === 1 ? 0 : c;
    const times = (part: Float64Array) => {
      if (!part.every((v) => v === 1)) return multiply(matrices[m], rows, part);
      ones[m] ??= multiply(matrices[m], rows, part);
      return ones[m];
    };
    const parts = units.map((unit) => Float64Array.from(quantizer.decode(column, unit, specOf(scheme, bits))));
    const products = parts.map(times);
    const own = sums[groups === 1 ? 0 : c];
    own[0] += dot(parts[0], products[0]);
    own[3] += dot(weights, products[0]);
    if (count === 1) continue;
    own[1] += dot(parts[0], products[1]);
    own[2] += dot(parts[1], products[1]);
    own[4] += dot(weights, products[1]);
  }
  return numbers.map((old, g) => {
    const [a, b, d, x, y] = sums[g];
    const solved = solve(a, b, d, x, y, count)?.map(Math.fround);
    return solved?.every(Number.isFinite) && solved[0] * old[0] > 0 ? solved : [...old];
  });
}

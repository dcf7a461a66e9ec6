// Refits the numbers of a group to chosen codes: a quantizer's decoded values are linear in them, so those with the
// least weighted error follow from a small linear system per channel, as DSConv's scale does without weights.
import { symmetricTimes } from '../../math/symmetric';
import type { KernelLayout } from '../../quant/granularity';
import { type QuantScheme, quantizerOf, specOf } from '../../quant/registry';
import type { Moments } from './moments';

/** `H b` of each channel, in the kernel's order. */
function weighted(b: Float64Array, { rows, matrices }: Moments, channels: number): Float64Array {
  if (matrices.length === 1) {
    if (!b.every((v) => v === 1)) return symmetricTimes(matrices[0], rows, b, channels);
    // The same for all channels.
    const one = symmetricTimes(matrices[0], rows, new Float64Array(rows).fill(1), 1);
    return b.map((_, i) => one[Math.floor(i / channels)]);
  }
  const product = new Float64Array(b.length);
  const width = channels / matrices.length;
  for (const [m, matrix] of matrices.entries()) {
    const place = (i: number) => Math.floor(i / width) * channels + m * width + (i % width);
    const columns = Float64Array.from({ length: rows * width }, (_, i) => b[place(i)]);
    symmetricTimes(matrix, rows, columns, width).forEach((v, i) => {
      product[place(i)] = v;
    });
  }
  return product;
}

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
  moments: Moments,
  { channels }: KernelLayout,
  scheme: QuantScheme,
  bits: number,
): number[][] {
  const quantizer = quantizerOf(scheme.quantizer);
  const count = numbers[0].length;
  const groups = numbers.length;
  const sums = Array.from({ length: groups }, () => [0, 0, 0, 0, 0]);
  const units = Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? 1 : 0)));
  const parts = units.map((unit) => Float64Array.from(quantizer.decode(codes, unit, specOf(scheme, bits))));
  const products = parts.map((part) => weighted(part, moments, channels));
  for (let i = 0; i < kernel.length; i++) {
    const own = sums[groups === 1 ? 0 : i % channels];
    own[0] += parts[0][i] * products[0][i];
    own[3] += kernel[i] * products[0][i];
    if (count === 1) continue;
    own[1] += parts[0][i] * products[1][i];
    own[2] += parts[1][i] * products[1][i];
    own[4] += kernel[i] * products[1][i];
  }
  return numbers.map((old, g) => {
    const [a, b, d, x, y] = sums[g];
    const solved = solve(a, b, d, x, y, count)?.map(Math.fround);
    return solved?.every(Number.isFinite) && solved[0] * old[0] > 0 ? solved : [...old];
  });
}

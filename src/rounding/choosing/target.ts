// The kernel that a rounded layer should imitate. What it reads differs already from what it reads in the float network,
// because the layers before it are rounded; the kernel that makes up for it best, before rounding, is a least squares fit.
// Reference: GPTAQ, arXiv 2504.02692 (asymmetric calibration).
import { solveLower, solveUpper } from '../../math/cholesky';
import type { KernelLayout } from '../../quant/granularity';
import type { Seen } from './chooseKernel';

/**
 * `W + H^-1 E[x r]` with damped H, in the kernel's order: r is what the layer should give minus what its float kernel gives
 * on its rounded input x. The damping keeps it near the float kernel W.
 * @param products `E[x r]` in the kernel's order.
 */
export function targetKernel(
  kernel: Float32Array,
  products: Float64Array,
  { factors, moments: { rows } }: Seen,
  { channels }: KernelLayout,
): Float32Array {
  const target = kernel.slice();
  const column = new Float64Array(rows);
  for (let c = 0; c < channels; c++) {
    const { order, cholesky } = factors[Math.floor((c * factors.length) / channels)];
    order.forEach((row, i) => {
      column[i] = products[row * channels + c];
    });
    solveUpper(cholesky, solveLower(cholesky, column));
    order.forEach((row, i) => {
      target[row * channels + c] += column[i];
    });
  }
  return target;
}

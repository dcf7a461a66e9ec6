// Evenly spaced levels whose scale and offset are learned with the weights (LSQ+). Training moves the levels of a uniform
// quantizer in this way unless they are recomputed from the weights at each step (the min-max range). Reference: LSQ+, arXiv
// 2004.09576, eq. 1-6. A number counts as clipped if its nearest code lies off the grid, as in uniformGrid.ts and in PyTorch's
// learnable fake quantization; the paper clips half a level earlier, which would stop weights at the outermost levels.

import { roundHalfToEven } from '../math/rounding';
import { inverseScale, type UniformGrid } from './uniformGrid';

/** The gradient scale for `count` numbers that share a grid whose largest code is `maxCode`: `1 / sqrt(count maxCode)`. */
export function gridGradientScale(count: number, maxCode: number): number {
  return count === 0 ? 0 : 1 / Math.sqrt(count * maxCode);
}

/**
 * `dx` is `dy` on the grid, 0 where `x` was clipped. With `r = (x - offset) / scale`, `dscale` sums `dy (round(r) - r)` on the
 * grid and `dy code` where `x` was clipped to `code`; `doffset` sums `dy` where `x` was clipped. Both are multiplied by
 * `gridGradientScale`.
 */
export function learnedGridGradient(
  x: Float32Array,
  dy: Float32Array,
  grid: UniformGrid,
): { readonly dx: Float32Array; readonly dp: { readonly scale: number; readonly offset: number } } {
  const { scale, offset, minCode, maxCode } = grid;
  const inverse = inverseScale(scale);
  const dx = new Float32Array(x.length);
  let [ofScale, ofOffset] = [0, 0];
  if (scale > 0)
    x.forEach((v, i) => {
      const ratio = Math.fround(Math.fround(v - offset) * inverse);
      const code = roundHalfToEven(ratio);
      const clipped = Math.min(maxCode, Math.max(minCode, code));
      if (clipped === code) {
        dx[i] = dy[i];
        ofScale += dy[i] * (code - ratio);
      } else {
        ofScale += dy[i] * clipped;
        ofOffset += dy[i];
      }
    });
  const factor = gridGradientScale(x.length, maxCode);
  return { dx, dp: { scale: ofScale * factor, offset: ofOffset * factor } };
}

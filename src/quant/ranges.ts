// How the range of a grid is chosen from the numbers it shall represent, weights or activations: all of them, all but
// the outermost, or the range whose grid has the least error, with all numbers weighted equally.
import { roundHalfToEven } from '../math/rounding';
import type { WeightRange } from './quantizer';
import { inverseScale, type UniformGrid } from './uniformGrid';

/** Smallest and largest number of a range. */
export type Range = readonly [min: number, max: number];

/** A percentile range ends at this percentile, and at 100 minus it. */
export const PERCENTILE = 99.9;

/** Number of ranges that `mseRange` tries. */
const SHRINKS = 100;

/** Smallest and largest number; [0, 0] for none. NaN is ignored. */
export function minMaxRange(x: Float32Array): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const v of x) {
    if (v < min) min = v;
    if (v > max) max = v;
  }
  return min > max ? [0, 0] : [min, max];
}

/** The q-th percentile of ascending numbers, interpolated linearly, as `numpy.percentile`. */
function quantile(sorted: Float32Array, q: number): number {
  const place = (q / 100) * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

/** From the `100 - percent`-th to the `percent`-th percentile; [0, 0] for no numbers. */
export function percentileRange(x: Float32Array, percent = PERCENTILE): Range {
  if (x.length === 0) return [0, 0];
  const sorted = x.slice().sort();
  return [quantile(sorted, 100 - percent), quantile(sorted, percent)];
}

/**
 * Sum of squared errors of rounding `x` to a grid, abandoned once above `limit`. `fakeQuantize` inlined without its
 * arrays, because a search calls this a hundred times.
 */
export function gridError(x: Float32Array, grid: UniformGrid, limit = Number.POSITIVE_INFINITY): number {
  const { scale, offset, minCode, maxCode } = grid;
  const inverse = inverseScale(scale);
  let sum = 0;
  for (let i = 0; i < x.length && sum <= limit; i++) {
    const rounded = roundHalfToEven(Math.fround(Math.fround(x[i] - offset) * inverse));
    const code = rounded < minCode ? minCode : rounded > maxCode ? maxCode : rounded;
    const error = Math.fround(Math.fround(code * scale) + offset) - x[i];
    sum += error * error;
  }
  return sum;
}

/**
 * Of the ranges that are 1, 2 ... 100 % of `[min, max]`, the one whose grid has the least squared error; the widest of
 * equals. Both ends shrink by the same factor, so the search is over one number: how much is clipped.
 */
export function mseRange(x: Float32Array, gridOf: (min: number, max: number) => UniformGrid): Range {
  const [min, max] = minMaxRange(x);
  let best: Range = [min, max];
  let least = gridError(x, gridOf(min, max));
  for (let k = SHRINKS - 1; k > 0; k--) {
    const range: Range = [(min * k) / SHRINKS, (max * k) / SHRINKS];
    const error = gridError(x, gridOf(...range), least);
    if (error < least) {
      least = error;
      best = range;
    }
  }
  return best;
}

/** The range of `x` under a choice. `gridOf` makes the grid for a range. */
export function chooseRange(
  x: Float32Array,
  choice: WeightRange,
  gridOf: (min: number, max: number) => UniformGrid,
): Range {
  if (choice === 'percentile') return percentileRange(x);
  return choice === 'minMax' ? minMaxRange(x) : mseRange(x, gridOf);
}

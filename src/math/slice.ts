// Slice sampling: draws from an unnormalized density without gradients or step sizes to tune.
// Reference: R. M. Neal, "Slice sampling", 2003, figures 3 (stepping out, with its limit) and 5 (shrinkage).
import type { Rng } from './rng';

export interface SliceOptions {
  /** Sweeps over all coordinates before the first draw is kept; default 10. */
  readonly burnIn?: number;
  /** Sweeps per draw; default 1. */
  readonly thin?: number;
  /** Initial guess of the density's width in a coordinate; default 1. Within a factor of ten is good enough. */
  readonly width?: number;
}

/** Maximum length of a slice in widths. Cutting it there keeps the draws correct. */
const MOST_STEPS = 16;

/**
 * Draws `count` points, each dependent on the one before. `logDensity` may be -Infinity, but not at `start`.
 * @throws RangeError when the density at `start` is zero.
 */
export function sliceSample(
  logDensity: (point: readonly number[]) => number,
  start: readonly number[],
  count: number,
  rng: Rng,
  { burnIn = 10, thin = 1, width = 1 }: SliceOptions = {},
): number[][] {
  let point = [...start];
  let height = logDensity(point);
  if (!(height > Number.NEGATIVE_INFINITY))
    throw new RangeError(
      `The density at the start (${start.join(', ')}) is exp(${height}); begin where it is positive.`,
    );

  const moveAlong = (coordinate: number): void => {
    const level = height + Math.log(1 - rng.uniform());
    const at = (x: number) => logDensity(point.with(coordinate, x));
    let low = point[coordinate] - width * rng.uniform();
    let high = low + width;
    let below = rng.integer(MOST_STEPS);
    let above = MOST_STEPS - 1 - below;
    while (below-- > 0 && at(low) > level) low -= width;
    while (above-- > 0 && at(high) > level) high += width;
    for (;;) {
      const x = low + (high - low) * rng.uniform();
      const value = at(x);
      if (value > level || x === point[coordinate]) {
        point = point.with(coordinate, x);
        height = value;
        return;
      }
      if (x < point[coordinate]) low = x;
      else high = x;
    }
  };
  const draws: number[][] = [];
  for (let sweep = 1; draws.length < count; sweep++) {
    for (let coordinate = 0; coordinate < point.length; coordinate++) moveAlong(coordinate);
    if (sweep > burnIn && (sweep - burnIn) % thin === 0) draws.push(point);
  }
  return draws;
}

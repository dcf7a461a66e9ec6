// Intervals of statistics that have no formula: the statistic of samples drawn with replacement from the sample.
// Reference: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentile interval).
import { createRng } from './rng';

/** A statistic of a sample of `n` with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** Samples drawn. */
const TIMES = 1000;

/**
 * `statistic` of the items with these indices, for 0 ... n - 1 and its 95 % percentile interval over 1,000 samples drawn
 * with replacement. Samples for which it is NaN (of one item only, say) are left out; NaN without any other.
 */
export function bootstrap(n: number, statistic: (indices: readonly number[]) => number, seed: number): Estimate {
  const rng = createRng(seed);
  const all = Array.from({ length: n }, (_, i) => i);
  const drawn = Array.from({ length: n === 0 ? 0 : TIMES }, () => statistic(all.map(() => rng.integer(n))))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const at = (index: number) => drawn[index] ?? Number.NaN;
  return {
    value: statistic(all),
    lower: at(Math.floor(0.025 * drawn.length)),
    upper: at(Math.ceil(0.975 * drawn.length) - 1),
    n,
  };
}

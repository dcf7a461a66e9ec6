// Intervals and tests for measured accuracies, and rank correlation for the estimate.

/** A measured share with its 95 % interval. `value`, `lower`, `upper` in [0, 1]. */
export interface Proportion {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

const Z95 = 1.959963984540054;

/**
 * Share of successes with the Wilson score interval (95 %). `n = 0` gives value NaN and the interval [0, 1].
 *
 * @example
 * console.log(wilson(90, 100)); // { value: 0.9, lower: 0.825..., upper: 0.944..., n: 100 }
 *
 * Reference: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
export function wilson(successes: number, n: number): Proportion {
  if (n === 0) return { value: Number.NaN, lower: 0, upper: 1, n };
  const p = successes / n;
  const z2 = (Z95 * Z95) / n;
  const center = (p + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n))) / (1 + z2);
  return { value: p, lower: Math.max(0, center - half), upper: Math.min(1, center + half), n };
}

/** Paired difference of two classifiers on the same images. */
export interface PairedDifference {
  /** Images that only the second classifier gets right (`gained`) or only the first (`lost`). */
  readonly gained: number;
  readonly lost: number;
  /** Second minus first accuracy with its 95 % interval, in [-1, 1]. */
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * McNemar's paired comparison: difference of two shares measured on the same `n` images, with the Wald interval
 * whose variance counts only the discordant images. `n = 0` gives zeros.
 * Reference: A. Agresti, "Categorical Data Analysis", 3rd ed., 11.1.1.
 */
export function pairedDifference(gained: number, lost: number, n: number): PairedDifference {
  if (n === 0) return { gained, lost, difference: 0, lower: 0, upper: 0 };
  const difference = (gained - lost) / n;
  const half = (Z95 * Math.sqrt(Math.max(0, gained + lost - (gained - lost) ** 2 / n))) / n;
  return { gained, lost, difference, lower: difference - half, upper: difference + half };
}

/** A mean with its 95 % interval; no bounds for a single number. */
export interface MeanInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom: SciPy's `stats.t.ppf(0.975, df)`. */
const T975 = [
  12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814, 2.20099, 2.17881, 2.16037,
  2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387, 2.06866, 2.0639, 2.05954, 2.05553,
  2.05183, 2.04841, 2.04523, 2.04227,
];

/**
 * Mean of independent numbers with Student's interval (95 %), which holds for numbers from a normal distribution. The interval of
 * a single number is infinite; no numbers give NaN.
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (T975[n - 2] ?? Z95) * Math.sqrt(variance / n);
  return { mean, lower: mean - half, upper: mean + half, n };
}

/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const result = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) result[order[k]] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}

/**
 * Spearman's rank correlation of two equally long lists; NaN for fewer than 2 points or a constant list.
 * Reference: C. Spearman, 1904; ties as in `scipy.stats.spearmanr`.
 */
export function spearman(x: readonly number[], y: readonly number[]): number {
  const rx = ranks(x);
  const ry = ranks(y);
  const mean = (x.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < rx.length; i++) {
    const dx = rx[i] - mean;
    const dy = ry[i] - mean;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * True if an accuracy is compatible with guessing among this many classes, or hardly better: less than twice as good, and less
 * than a ninth of the way from there to 1, which is the same for ten classes.
 */
export function isNearChance({ value, lower }: Proportion, classes: number): boolean {
  const chance = 1 / classes;
  return lower <= chance || value < Math.min(2 * chance, chance + (1 - chance) / 9);
}

// How figures are told.
import type { Proportion } from '../math/statistics';

/** A share of images with its interval, as text. */
export function percent({ value, lower, upper, n }: Proportion): string {
  return `${(value * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}`;
}

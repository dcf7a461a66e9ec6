// How numbers are written on the page: always with their unit.
import type { Proportion } from '../../math/statistics';

/** A share in [0, 1] as a number of percent with one decimal, without the sign. */
export function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** A whole number with thousands separators. */
export function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

/** Half the width of a 95 % interval in points of percent, e.g. "±1.2". */
export function plusMinus({ lower, upper }: Proportion): string {
  return `±${((upper - lower) * 50).toFixed(1)}`;
}

/** Seconds in the unit a person would use, e.g. "40 s" or "3 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown time';
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** Large counts with a unit prefix, e.g. "12.4 M". */
export function prefixed(value: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (value >= size) return `${(value / size).toFixed(value / size >= 100 ? 0 : 1)} ${unit}`;
  return String(Math.round(value));
}

/** A bit width on a fader's cap. */
export function bitsShort(bits: number): string {
  return bits === 32 ? 'float' : bits === 0 ? 'skip' : String(bits);
}

/** A bit width in words, e.g. "4 bits", "1 bit", "float", "skipped". */
export function bitsInWords(bits: number): string {
  if (bits === 0) return 'skipped';
  return bits === 32 ? 'float' : bits === 1 ? '1 bit' : `${bits} bits`;
}

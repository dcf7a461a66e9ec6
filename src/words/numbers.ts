// How the page writes numbers: in the language spoken, with as many digits as it means, always with a unit beside them.
import * as sizes from '../graph/size';
import type { Proportion } from '../math/statistics';
import { locale } from './words';

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(locale(), options);
  formats.set(key, format);
  return format;
}

// Intl writes a hyphen where a minus belongs.
const written = (value: number, options: Intl.NumberFormatOptions) => formatOf(options).format(value).replace('-', '−');

/** A number with a fixed number of decimals, and thousands separators; what rounds to zero has no sign. */
export function fixed(value: number, digits: number): string {
  return written(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'negative' });
}

/** The same with its sign, e.g. "+1.2", "−0.4", "0.0". */
export function signed(value: number, digits: number): string {
  return written(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero' });
}

/** A number with as many decimals as it needs, at most `digits`, e.g. "0.25", "4". */
export function upTo(value: number, digits: number): string {
  return written(value, { maximumFractionDigits: digits, signDisplay: 'negative' });
}

/** A number with `digits` significant digits, e.g. "0.00123". */
export function significant(value: number, digits: number): string {
  return written(value, { minimumSignificantDigits: digits, maximumSignificantDigits: digits });
}

/** A whole number with thousands separators. */
export function count(n: number): string {
  return fixed(n, 0);
}

/** A share in [0, 1] as a number of percent with one decimal, without the sign. */
export function percent(share: number): string {
  return fixed(share * 100, 1);
}

/** Half the width of a 95 % interval in points of percent, e.g. "±1.2". */
export function plusMinus({ lower, upper }: Proportion): string {
  return `±${fixed((upper - lower) * 50, 1)}`;
}

/** Large counts with a unit prefix, e.g. "12.4 M". */
export function prefixed(value: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (value >= size) return `${fixed(value / size, value / size >= 100 ? 0 : 1)} ${unit}`;
  return count(value);
}

/** A size in bytes as a number and its unit. */
export function sizeParts(bytes: number): readonly [digits: string, unit: 'KB' | 'MB'] {
  return sizes.sizeParts(bytes, fixed);
}

/** A size in bytes with its unit, e.g. "24.6 KB", "1,056 KB", "14.1 MB". */
export function sizeInWords(bytes: number): string {
  return sizeParts(bytes).join(' ');
}

/** A point of time as a day and the time of day. */
export function dateTime(at: number | string): string {
  return new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
}

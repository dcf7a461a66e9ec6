// How a number of bytes is written, wherever one is: on the page, in reports, in errors, by the headless runner.

/** Bytes of the units that sizes are written and read in. */
export const KB = 1024;
export const MB = 1024 * KB;

/** A size in bytes as its number and its unit: KB with one decimal, whole from 1,000 KB on, and MB from 10,240 KB on. */
export function sizeParts(bytes: number): readonly [digits: string, unit: 'KB' | 'MB'] {
  // What rounds to 10,240 KB is written in MB already, so that no number looks smaller than the one before it.
  if (bytes >= 10_239.5 * KB) return [decimals(bytes / MB, 1), 'MB'];
  const kilobytes = bytes / KB;
  return [decimals(kilobytes, kilobytes >= 999.95 ? 0 : 1), 'KB'];
}

/** A size in bytes with its unit, e.g. "24.6 KB", "1,056 KB", "14.1 MB". */
export function sizeInWords(bytes: number): string {
  return sizeParts(bytes).join(' ');
}

const decimals = (value: number, digits: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

// Formats numbers of bytes for reports, errors and the headless runner; the page writes them in its language.

/** Bytes per unit. */
export const KB = 1024;
export const MB = 1024 * KB;

/** Writes a number with a fixed number of decimals. */
type Write = (value: number, digits: number) => string;
const inEnglish: Write = (value, digits) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A size in bytes as a number and its unit: KB with one decimal, without from 1,000 KB, and MB from 10,240 KB. */
export function sizeParts(bytes: number, write = inEnglish): readonly [digits: string, unit: 'KB' | 'MB'] {
  // Sizes that round to 10,240 KB are already written in MB, so that a larger size never looks smaller.
  if (bytes >= 10_239.5 * KB) return [write(bytes / MB, 1), 'MB'];
  const kilobytes = bytes / KB;
  return [write(kilobytes, kilobytes >= 999.95 ? 0 : 1), 'KB'];
}

/** A size in bytes with its unit, e.g. "24.6 KB", "1,056 KB", "14.1 MB". */
export function sizeInWords(bytes: number): string {
  return sizeParts(bytes).join(' ');
}

// Bits and times, as every panel says them.
import { count } from '../numbers';
import { words } from '../words';

export const units = words('units', {
  /** On a fader's cap. */
  bitsShort: (bits: number): string => (bits === 32 ? 'float' : bits === 0 ? 'skip' : String(bits)),
  /** e.g. "4 bits", "1 bit", "float", "skipped". */
  bitsInWords: (bits: number): string => {
    if (bits === 0) return 'skipped';
    return bits === 32 ? 'float' : bits === 1 ? '1 bit' : `${bits} bits`;
  },
  /** Seconds in the unit that a person would use, e.g. "40 s", "3 min". */
  duration: (seconds: number): string => {
    if (!Number.isFinite(seconds)) return 'unknown time';
    return seconds < 90 ? `${count(Math.max(1, seconds))} s` : `${count(seconds / 60)} min`;
  },
});

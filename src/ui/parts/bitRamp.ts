// The ramp of bit widths, the same in caps, keys, maps, importance bars and reports: more bits are more ink, or more light
// in the dark theme. Its colors are `--bits-…` in theme.css.
import type { CSSProperties } from 'react';

/** The fill of a bit width: 0 is skipped, 32 is float. */
export function bitsFill(bits: number): string {
  return `var(--bits-${bits})`;
}

/** Fill, and a text color that is legible on it. */
export function bitsColors(bits: number): CSSProperties {
  return { background: bitsFill(bits), color: bits <= 4 ? 'var(--on-few-bits)' : 'var(--on-many-bits)' };
}

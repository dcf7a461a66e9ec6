// Colors of values in the insides: a sequence from light to dark, or from dark to light in the dark theme.

/** The color of a share in [0, 1] of the sequence; values that are not measured have none. */
export function shade(share: number): string {
  if (!Number.isFinite(share)) return 'transparent';
  const part = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return `color-mix(in oklab, var(--heat-high) ${part}%, var(--heat-low))`;
}

/** Shares from which white is more readable than black in the light theme, and black than white in the dark one. */
const TURN = { light: 0.7, dark: 0.53 } as const;

/** The color of text on a shade, in both themes; none where there is no shade. */
export function inkOn(share: number): string | undefined {
  if (!Number.isFinite(share)) return undefined;
  return `light-dark(${share < TURN.light ? '#000' : '#fff'}, ${share < TURN.dark ? '#fff' : '#000'})`;
}

// Colors of values in maps, from little to much: the color of harm for what is lost, that of bits for any other share.

interface Ramp {
  /** Custom properties of its ends. */
  readonly ends: readonly [none: string, most: string];
  /** Share from which white is more readable than black in the light theme, and black than white in the dark one. */
  readonly turn: { readonly light: number; readonly dark: number };
}

export const RAMPS = {
  harm: { ends: ['--harm-none', '--harm-most'], turn: { light: 0.8, dark: 0.6 } },
  share: { ends: ['--bits-0', '--bits-8'], turn: { light: 0.67, dark: 0.55 } },
} as const satisfies Record<string, Ramp>;

/** The color of a share in [0, 1] of a ramp; values that are not measured have none. */
export function shade(share: number, ramp: keyof typeof RAMPS): string {
  if (!Number.isFinite(share)) return 'transparent';
  const part = Math.round(Math.max(0, Math.min(1, share)) * 100);
  const [none, most] = RAMPS[ramp].ends;
  return `color-mix(in oklab, var(${most}) ${part}%, var(${none}))`;
}

/** The color of text on a shade, in both themes; none where there is no shade. */
export function inkOn(share: number, ramp: keyof typeof RAMPS): string | undefined {
  if (!Number.isFinite(share)) return undefined;
  const { light, dark } = RAMPS[ramp].turn;
  return `light-dark(${share < light ? '#000' : '#fff'}, ${share < dark ? '#fff' : '#000'})`;
}

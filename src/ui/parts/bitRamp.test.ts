// The ramp in theme.css: every width has its color in both themes, they go one way, and text on them is legible.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BIT_WIDTHS, SKIPPED } from '../../graph/policy';
import { bitsColors, bitsFill } from './bitRamp';

const theme = readFileSync('src/ui/theme.css', 'utf8');
/** Relative luminance of a hex color, as in WCAG. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
/** The hex color of `var(--name)` in a theme. */
function colorOf(variable: string, mode: 'light' | 'dark'): string {
  const name = /var\((--[\w-]+)\)/.exec(variable)?.[1];
  const found = new RegExp(`${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(theme);
  if (found === null) throw new Error(`${variable} has no color in theme.css`);
  return found[mode === 'light' ? 1 : 2];
}

describe.each(['light', 'dark'] as const)('in the %s theme', (mode) => {
  it('goes from few to many bits in one direction', () => {
    const lights = [SKIPPED, ...BIT_WIDTHS].map((bits) => luminance(colorOf(bitsFill(bits), mode)));
    expect(lights).toEqual(lights.toSorted((a, b) => (mode === 'light' ? b - a : a - b)));
    expect(new Set(lights).size).toBe(lights.length);
  });
  it('has text with a contrast of at least 4.5 on every width', () => {
    for (const bits of BIT_WIDTHS) {
      const { background, color } = bitsColors(bits) as { background: string; color: string };
      const [high, low] = [background, color].map((value) => luminance(colorOf(value, mode))).sort((a, b) => b - a);
      expect((high + 0.05) / (low + 0.05), `${bits} bits`).toBeGreaterThanOrEqual(4.5);
    }
  });
});

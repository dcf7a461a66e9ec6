import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inkOn, RAMPS, shade } from './shades';

type Three = readonly [number, number, number];
const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const rgbOf = (hex: string) => [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
const times = (rows: readonly Three[], v: readonly number[]) => rows.map(([a, b, c]) => a * v[0] + b * v[1] + c * v[2]);

// B. Ottosson, "A perceptual color space for image processing", 2020.
const toLab = (rgb: readonly number[]) => {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms.map(Math.cbrt),
  );
};
const fromLab = (lab: readonly number[]) => {
  const roots = times(
    [
      [1, 0.3963377774, 0.2158037573],
      [1, -0.1055613458, -0.0638541728],
      [1, -0.0894841775, -1.291485548],
    ],
    lab,
  );
  return times(
    [
      [4.0767416621, -3.3077115913, 0.2309699292],
      [-1.2684380046, 2.6097574011, -0.3413193965],
      [-0.0041960863, -0.7034186147, 1.707614701],
    ],
    roots.map((root) => root ** 3),
  );
};
/** Relative luminance, as in WCAG. */
const luminance = ([r, g, b]: readonly number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

const theme = readFileSync('src/ui/theme.css', 'utf8');
const endsOf = (ramp: keyof typeof RAMPS) =>
  RAMPS[ramp].ends.map((end) => {
    const found = new RegExp(`${end}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(theme) as RegExpExecArray;
    return found.slice(1).map((hex) => toLab(rgbOf(hex)));
  });
const ramps = Object.keys(RAMPS) as (keyof typeof RAMPS)[];

describe.each(ramps)('on the ramp of %s', (ramp) => {
  test.each(['light', 'dark'] as const)(
    'text has a contrast of at least 4.5 on every shade in the %s theme',
    (mode) => {
      const [low, high] = endsOf(ramp).map((both) => both[mode === 'light' ? 0 : 1]);
      for (let percent = 0; percent <= 100; percent++) {
        const share = percent / 100;
        expect(shade(share, ramp)).toContain(`${percent}%`);
        const background = luminance(fromLab(low.map((value, i) => value + (high[i] - value) * share)));
        const inks = /light-dark\((#\w+), (#\w+)\)/.exec(inkOn(share, ramp) as string) as RegExpExecArray;
        const ink = inks[mode === 'light' ? 1 : 2] === '#fff' ? 1 : 0;
        const [a, b] = [background, ink].sort((x, y) => y - x);
        expect((a + 0.05) / (b + 0.05), `${percent} %`).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  test('what is not measured has no shade and no ink of its own', () => {
    expect([shade(Number.NaN, ramp), inkOn(Number.NaN, ramp)]).toEqual(['transparent', undefined]);
  });
});

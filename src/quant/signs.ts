// Shared by quantizers with the two levels -s and +s: codes 0 and 1, and a zero that counts as positive.
import type { Quantizer } from './quantizer';
import { meanMagnitude } from './symmetric';
import { MAX_FLOAT32 } from './uniformGrid';

/** The level of a binary group. */
export interface SignParams {
  readonly scale: number;
}

/** `mean |x|`, which minimizes `|x - s sign(x)|^2`; 0 for no numbers. */
export function signScale(x: Float32Array): SignParams {
  return { scale: Math.fround(Math.min(meanMagnitude(x), MAX_FLOAT32)) };
}

/** Values and codes of `s sign(x)`, with sign(0) = 1 as in DoReFa; NaN stays NaN. */
export const signLevels: Pick<
  Quantizer<SignParams>,
  'init' | 'forward' | 'numbersPerGroup' | 'encode' | 'numbers' | 'decode' | 'lines' | 'python'
> = {
  init: signScale,
  forward: (x, { scale }) => x.map((v) => (v >= 0 ? scale : v < 0 ? -scale : v)),
  numbersPerGroup: () => 1,
  encode: (x) => Uint8Array.from(x, (v) => (v >= 0 ? 1 : 0)),
  numbers: ({ scale }) => [scale],
  decode: (codes, [scale]) => Float32Array.from(codes, (code) => (code === 1 ? scale : -scale)),
  lines: (_, [scale]) => [{ scale: 2 * scale, zero: 0.5, offset: 0 }],
  python: 'n[0] if c else -n[0]',
};

// Ternary weight network (TWN): -s, 0 and s; small weights become 0, and s is the mean magnitude of the others.
import type { Quantizer } from './quantizer';
import { meanMagnitude } from './symmetric';
import { meanOf, side, sideCodes } from './ternaryLevels';

export interface TwnParams {
  /** Magnitudes up to this become 0: 0.7 times the mean magnitude, near the optimum for normal and uniform weights. */
  readonly threshold: number;
  readonly scale: number;
}

export const twn: Quantizer<TwnParams> = {
  id: 'twn',
  label: 'TWN',
  summary: 'Minus, zero or plus one scale; small weights become zero.',
  granularities: ['tensor', 'channel'],
  bits: [2, 2],
  activations: 'uniform',
  madeForTraining: true,
  reference: 'Ternary Weight Networks, arXiv 1605.04711',
  init(x) {
    const threshold = 0.7 * meanMagnitude(x);
    return { threshold, scale: meanOf(x, (v) => Math.abs(v) > threshold) };
  },
  forward: (x, { threshold, scale }) => x.map((v) => scale * side(v, threshold)),
  // The float weights get the gradient of the ternary ones unchanged.
  backward: (_x, dy) => ({ dx: dy.slice() }),
  numbersPerGroup: () => 1,
  encode: (x, { threshold }) => sideCodes(x, threshold),
  numbers: ({ scale }) => [scale],
  decode: (codes, [scale]) => Float32Array.from(codes, (code) => scale * (code - 1)),
  lines: (_, [scale]) => [{ scale, zero: 1, offset: 0 }],
  python: 'n[0] * (c - 1)',
};

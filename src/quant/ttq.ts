// Trained ternary quantization (TTQ): -n, 0 and p with two learned scales; small weights become 0.
import type { Quantizer } from './quantizer';
import { meanOf, side, sideCodes } from './ternaryLevels';

export interface TtqParams {
  /** Magnitudes up to this become 0; computed from the weights, gets no gradient. */
  readonly threshold: number;
  /** The positive level, learned. */
  readonly positive: number;
  /** The magnitude of the negative level, learned. */
  readonly negative: number;
}

/** Threshold as a share of the largest magnitude. Reference: TTQ, arXiv 1612.01064 (t = 0.05). */
export const TTQ_THRESHOLD = 0.05;

/** The levels of codes 0, 1 and 2. */
function levels(positive: number, negative: number): readonly [number, number, number] {
  return [-negative, 0, positive];
}

export const ttq: Quantizer<TtqParams> = {
  id: 'ttq',
  label: 'TTQ',
  summary: 'Zero and two learned scales, one on each side.',
  granularities: ['tensor', 'channel'],
  bits: [2, 2],
  activations: 'uniform',
  madeForTraining: true,
  learned: ['positive', 'negative'],
  reference: 'Trained Ternary Quantization, arXiv 1612.01064 (ICLR 2017)',
  /**
   * The scales start as the mean magnitude of their side, which has the least error; the paper does not specify the
   * start.
   */
  init(x) {
    const threshold = TTQ_THRESHOLD * x.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    return {
      threshold,
      positive: meanOf(x, (v) => v > threshold),
      negative: meanOf(x, (v) => v < -threshold),
    };
  },
  forward(x, { threshold, positive, negative }) {
    const values = levels(positive, negative);
    return x.map((v) => values[side(v, threshold) + 1] ?? Number.NaN);
  },
  /** `dx = dy` times p, 1 or n by zone; `dp` sums dy over the positives, `dn` minus dy over the negatives. */
  backward(x, dy, { threshold, positive, negative }) {
    let up = 0;
    let down = 0;
    const dx = dy.map((g, i) => {
      const zone = side(x[i], threshold);
      if (zone === 1) up += g;
      // The level is -n, hence the minus, which the best-known open-source code omits.
      if (zone === -1) down -= g;
      return g * (zone === 1 ? positive : zone === -1 ? negative : 1);
    });
    return { dx, dp: { positive: up, negative: down } };
  },
  numbersPerGroup: () => 2,
  encode: (x, { threshold }) => sideCodes(x, threshold),
  numbers: ({ positive, negative }) => [Math.fround(positive), Math.fround(negative)],
  decode(codes, [positive, negative]) {
    const values = levels(positive, negative);
    return Float32Array.from(codes, (code) => values[code]);
  },
  // -n, 0, p are not on a line: they are q (p + n) / 2 + |q| (p - n) / 2.
  lines: (_, [positive, negative]) => [
    { scale: (positive + negative) / 2, zero: 1, offset: 0 },
    { scale: (positive - negative) / 2, zero: 1, offset: 0, magnitude: true },
  ],
  python: '(-n[1], 0.0, n[0])[c]',
};

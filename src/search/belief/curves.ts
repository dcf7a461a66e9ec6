// Bits as a curve over depth: two to four numbers determine all layers, so that a surrogate needs few points. The curve
// runs from the first layer (t = 0) to the last (t = 1), and its value in [0, 1] selects among the widths of a layer.
// Reference: M. Gennari do Nascimento, T. W. Costain, V. A. Prisacariu, "Finding non-uniform quantization schemes using
// multi-task Gaussian processes", ECCV 2020 (arXiv 2007.07743), and its code, ActiveVisionLab/NUQ.

/** A family of curves with parameters in [0, 1]. */
export interface Curve {
  readonly dimensions: number;
  /** Value at depth t in [0, 1]; may leave [0, 1]. */
  readonly value: (t: number, parameters: readonly number[]) => number;
}

/** To add a curve: its function here, and its name in the option of mtgp.ts. */
export const curves = {
  linear: { dimensions: 2, value: (t, [from, to]) => from + t * (to - from) },
  /** Bezier, with the middle parameter as its unweighted center. */
  quadratic: {
    dimensions: 3,
    value: (t, [from, center, to]) => center + (1 - t) ** 2 * (from - center) + t ** 2 * (to - center),
  },
  /** Bezier: sum_k C(3, k) (1 - t)^(3 - k) t^k p_k. */
  cubic: {
    dimensions: 4,
    value: (t, [a, b, c, d]) => {
      const u = 1 - t;
      return u ** 3 * a + 3 * u ** 2 * t * b + 3 * u * t ** 2 * c + t ** 3 * d;
    },
  },
  /** 1/2 + sum_k (p_k - 1/2) T_k(2 t - 1), k = 0 to 3. */
  chebyshev: {
    dimensions: 4,
    value: (t, p) => {
      const x = 2 * t - 1;
      return (
        0.5 + (p[0] - 0.5) + (p[1] - 0.5) * x + (p[2] - 0.5) * (2 * x ** 2 - 1) + (p[3] - 0.5) * (4 * x ** 3 - 3 * x)
      );
    },
  },
} as const satisfies Record<string, Curve>;

export type CurveId = keyof typeof curves;

/**
 * How a curve's value y in [0, 1] selects one of n widths: `even`, by n equal intervals; `released`, as in the released code,
 * by floor((n - 1) y), so that only the value 1 reaches the widest.
 */
export type CurveMap = 'even' | 'released';

/** Index of the width that the curve selects at each layer, clamped; 0 for a layer with one choice. */
export function sampleCurve(
  { value }: Curve,
  parameters: readonly number[],
  choices: readonly number[],
  map: CurveMap = 'even',
): number[] {
  return choices.map((n, l) => {
    const y = Math.min(1, Math.max(0, value(choices.length === 1 ? 0 : l / (choices.length - 1), parameters)));
    return Math.min(n - 1, Math.floor((map === 'even' ? n : n - 1) * y));
  });
}

// Stationary covariance functions with one length scale per input (ARD), as functions of the squared scaled distance
// s = sum_d (x_d - x'_d)^2 / l_d^2. Reference: C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine
// Learning", 2006, 4.2.

/** A covariance function of unit variance. */
export interface Kernel {
  /** k(s); 1 at s = 0. */
  readonly value: (s: number) => number;
  /** g(s) = -2 dk/ds, so that dk / d ln l_d = g(s) (x_d - x'_d)^2 / l_d^2. */
  readonly slope: (s: number) => number;
}

/** To add one, write its value and slope here; the tests compare them with finite differences. */
export const kernels = {
  rbf: { value: (s) => Math.exp(-s / 2), slope: (s) => Math.exp(-s / 2) },
  matern52: {
    value: (s) => {
      const d = Math.sqrt(5 * s);
      return (1 + d + (5 * s) / 3) * Math.exp(-d);
    },
    slope: (s) => {
      const d = Math.sqrt(5 * s);
      return (5 / 3) * (1 + d) * Math.exp(-d);
    },
  },
} as const satisfies Record<string, Kernel>;

export type KernelName = keyof typeof kernels;

// The standard normal distribution in float64, with logarithms that stay accurate far out in the lower tail.

const LOG_SQRT_2PI = 0.9189385332046728;

/** A continued fraction is used beyond this point and a series before it; both are accurate to about 1e-13 here. */
const TAIL = 2.5;

/** Terms of the continued fraction, enough at `TAIL`. */
const TERMS = 120;

/** ln of the density, -x^2 / 2 - ln sqrt(2 pi). */
export const logNormalDensity = (x: number): number => (-x * x) / 2 - LOG_SQRT_2PI;

/** Density exp(-x^2 / 2) / sqrt(2 pi). */
export const normalDensity = (x: number): number => Math.exp(logNormalDensity(x));

/**
 * c(x) = 1/(x + 2/(x + 3/(x + ...))) for x >= 2.5: then Phi(-x) = phi(x) / (x + c), and phi(x) - x Phi(-x), the expected
 * excess, = phi(x) c / (x + c) without cancellation. Laplace's continued fraction; NIST DLMF 7.9.
 */
function tailFraction(x: number): number {
  let c = 0;
  for (let k = TERMS; k >= 1; k--) c = k / (x + c);
  return c;
}

/** Phi(x) - 1/2 for moderate x: phi(x) (x + x^3 / 3 + x^5 / (3 5) + ...), whose terms have one sign (NIST DLMF 7.6.2). */
function centralPart(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum * normalDensity(x);
}

/** Phi(x), the share of a standard normal below x; NaN for NaN. */
export function normalCdf(x: number): number {
  if (x > TAIL) return 1 - normalCdf(-x);
  return x < -TAIL ? Math.exp(logNormalCdf(x)) : 0.5 + centralPart(x);
}

/** ln Phi(x), finite down to x = -1e154. */
export function logNormalCdf(x: number): number {
  if (x > TAIL) return Math.log1p(-normalCdf(-x));
  return x < -TAIL ? logNormalDensity(x) - Math.log(-x + tailFraction(-x)) : Math.log(normalCdf(x));
}

/** ln E[max(0, x + Z)] = ln(phi(x) + x Phi(x)) for standard normal Z, finite down to x = -1e154. */
export function logExpectedExcess(x: number): number {
  if (x >= -TAIL) return Math.log(normalDensity(x) + x * normalCdf(x));
  const c = tailFraction(-x);
  return logNormalDensity(x) + Math.log(c / (-x + c));
}

/** x - E[Z | Z < x] for standard normal Z: x + phi(x) / Phi(x), at least 0. */
export const meanBelow = (x: number): number =>
  x < -TAIL ? tailFraction(-x) : x + Math.exp(logNormalDensity(x) - logNormalCdf(x));

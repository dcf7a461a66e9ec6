// Shared by ternary quantizers: three levels -n, 0 and p, codes 0, 1 and 2 of 2 bits, and a threshold between them.

/** Side of a threshold: -1 below -threshold, 1 above it, 0 between; NaN for NaN. */
export function side(v: number, threshold: number): number {
  return v > threshold ? 1 : v < -threshold ? -1 : Number.isNaN(v) ? v : 0;
}

/** Codes 0, 1, 2 of the sides -1, 0, 1. */
export function sideCodes(x: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(x, (v) => side(v, threshold) + 1);
}

/** Mean of the selected magnitudes; 0 if there are none. */
export function meanOf(x: Float32Array, chosen: (v: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (const v of x)
    if (chosen(v)) {
      sum += Math.abs(v);
      count++;
    }
  return count === 0 ? 0 : Math.fround(sum / count);
}

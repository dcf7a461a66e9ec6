/**
 * A trace from its probes that is not negative: of one that noise drowns, the standard error, so that luck does not give
 * its layer few bits. `sum` and `squares` add up the probes and their squares; 1 before the first.
 */
export function settledTrace(probes: number, sum: number, squares: number): number {
  if (probes === 0) return 1;
  const mean = sum / probes;
  const variance = Math.max(0, squares / probes - mean * mean);
  return Math.max(mean, Math.sqrt(variance / Math.max(1, probes - 1)), Number.MIN_VALUE);
}

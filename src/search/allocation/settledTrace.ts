/**
 * A nonnegative trace from its probes: a trace below its standard error becomes the standard error, so that a lucky draw
 * does not give the layer few bits. `sum` and `squares` add up the probes and their squares; 1 before the first probe.
 */
export function settledTrace(probes: number, sum: number, squares: number): number {
  if (probes === 0) return 1;
  const mean = sum / probes;
  const variance = Math.max(0, squares / probes - mean * mean);
  return Math.max(mean, Math.sqrt(variance / Math.max(1, probes - 1)), Number.MIN_VALUE);
}

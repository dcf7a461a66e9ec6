// Expected increase of the target task's best posterior mean from one more observation.
// Reference: P. Frazier, W. Powell, S. Dayanik, "The knowledge-gradient policy for correlated normal beliefs", 2009.
import { logExpectedExcess } from '../math/normal';
import { covariances, noiseOf, type Point, type Posterior, predict } from './gp';

/**
 * E[max_i (a_i + b_i Z)] - max_i a_i for standard normal Z, exactly: sorts the lines by slope and takes their upper envelope,
 * where each bend adds (difference of slopes) E[max(0, Z - |bend|)]. 0 for a single line.
 */
export function expectedMaximumGain(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const order = Array.from(a, (_, i) => i).sort((i, j) => b[i] - b[j] || a[i] - a[j]);
  // The lines of the envelope, each with the z from which it is highest.
  const lines: { line: number; from: number }[] = [];
  for (const i of order) {
    let from = Number.NEGATIVE_INFINITY;
    for (let last = lines.at(-1); last !== undefined; last = lines.at(-1)) {
      const { line } = last;
      from = b[i] > b[line] ? (a[line] - a[i]) / (b[i] - b[line]) : Number.NEGATIVE_INFINITY;
      if (from > last.from) break;
      lines.pop();
      from = Number.NEGATIVE_INFINITY;
    }
    lines.push({ line: i, from });
  }
  let gain = 0;
  for (const [k, { line, from }] of lines.entries())
    if (k > 0) gain += (b[line] - b[lines[k - 1].line]) * Math.exp(logExpectedExcess(-Math.abs(from)));
  return gain;
}

/**
 * Expected growth of the posterior mean's maximum over `targets` from one noisy observation at `point`, in units of the
 * values; at least 0. Divide by the cost of the observation to compare fidelities.
 */
export function knowledgeGradient(posterior: Posterior, point: Point, targets: readonly Point[]): number {
  const deviation = Math.sqrt(predict(posterior, [point]).variance[0] + noiseOf(posterior.model, point.task));
  const [covariance] = covariances(posterior, [point], targets);
  return expectedMaximumGain(
    predict(posterior, targets).mean,
    covariance.map((c) => c / deviation),
  );
}

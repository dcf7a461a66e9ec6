// The next measurement of a multi-task search: below the target, the most informative observation about the target per
// cost; at the target, the highest upper confidence bound. Past measurements are never proposed again.
import { confidenceBeta, informationGains, upperConfidenceBound } from '../../optim/acquisition';
import type { Belief } from './belief';
import type { Candidate } from './candidates';

export interface Proposal extends Candidate {
  readonly task: number;
}

/** Whether a candidate has been measured at a task. */
export type Known = (candidate: Candidate, task: number) => boolean;

/** The candidates that may be the best: mean plus `focus` standard deviations at least every other mean minus as many. */
export function plausible(belief: Belief, candidates: readonly Candidate[], focus: number): Candidate[] {
  const { mean, sd } = belief.at(candidates);
  const floor = Math.max(...mean.map((m, i) => m - focus * sd[i]));
  return candidates.filter((_, i) => mean[i] + focus * sd[i] >= floor);
}

/** The candidate and task below the target with the most information about the target per cost. */
export interface Informative {
  /** Absent if all have been measured. */
  readonly proposal?: Proposal;
  /**
   * For every task, the target last, the largest information of one observation, in nats per unit of cost; 0 at the
   * target.
   */
  readonly gains: readonly number[];
}

/** Maximizes over candidates and tasks jointly; the released code takes the best task but the candidate visited last. */
export function proposeBelow(
  { posteriors }: Belief,
  candidates: readonly Candidate[],
  costs: readonly number[],
  known: Known,
): Informative {
  const target = costs.length - 1;
  const tasks = costs.slice(0, -1).map((_, task) => task);
  const inputs = candidates.map(({ input }) => input);
  const gains = costs.map(() => 0);
  if (target === 0) return { gains };
  let proposal: Proposal | undefined;
  // Averaged over the models of the belief.
  const nats = posteriors.map((posterior) => informationGains(posterior, inputs, tasks, target));
  for (const task of tasks)
    for (const [i, candidate] of candidates.entries()) {
      const gain = nats.reduce((sum, ofTasks) => sum + ofTasks[task][i], 0) / nats.length / costs[task];
      if (known(candidate, task) || gain <= gains[task]) continue;
      if (gain > Math.max(...gains)) proposal = { ...candidate, task };
      gains[task] = gain;
    }
  return { gains, ...(proposal && { proposal }) };
}

/**
 * The candidate with the highest upper confidence bound at the target; undefined if all are measured there. `step` counts
 * such proposals from 1. As published, the noise counts as uncertainty.
 */
export function proposeTarget(
  belief: Belief,
  candidates: readonly Candidate[],
  step: number,
  known: Known,
  withNoise: boolean,
): Candidate | undefined {
  const { mean, sd } = belief.at(candidates);
  const beta = confidenceBeta(candidates.length, step);
  const noise = withNoise ? belief.noise ** 2 : 0;
  const target = belief.correlation.length - 1;
  let best: Candidate | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [i, candidate] of candidates.entries()) {
    const bound = upperConfidenceBound(mean[i], sd[i] ** 2 + noise, beta);
    if (bound <= highest || known(candidate, target)) continue;
    highest = bound;
    best = candidate;
  }
  return best;
}

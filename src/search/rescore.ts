// Measures what a search has found on images that it never saw: the first ones of the test split. Scores of the images of
// the search flatter its winners, because they were chosen by them.
import type { BitPolicy } from '../graph/policy';
import { Ledger } from './ledger';
import type { Score, SearchPoint, TrainingContext } from './method';
import { type BenchOptions, PolicyEvaluator } from './policyEvaluator';

/**
 * Scores of `points` on the first `options.images` test images, in their order, each after the fine-tuning that it had in
 * the search; a point of shared weights gets that of the evaluator. `yieldTurn` is awaited before every batch and may throw.
 */
export async function* rescore(
  training: TrainingContext,
  points: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
  options: BenchOptions,
  turn: () => Promise<void>,
): AsyncGenerator<{ readonly policy: BitPolicy } & Score, void, void> {
  const { dataset } = training;
  // An evaluator measures on the validation split: here the other one stands in its place.
  const untouched = { ...training, dataset: { ...dataset, validation: dataset.test } };
  const evaluator = new PolicyEvaluator(untouched, options, new Ledger({}, () => 0), turn);
  try {
    for (const { policy, steps } of points)
      yield { policy, ...(await evaluator.measure(policy, steps === 'shared' ? options.steps : steps)) };
  } finally {
    evaluator.dispose();
  }
}

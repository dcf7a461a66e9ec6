// Measures the results of a search on unseen images: the first ones of the test split. Scores on the images of the search
// flatter the winners, which were chosen by them.
import type { BitPolicy } from '../graph/policy';
import type { BenchOptions } from './bench';
import { Ledger } from './ledger';
import type { Score, SearchPoint, TrainingContext } from './method';
import { PolicyEvaluator } from './policyEvaluator';

/**
 * Scores of `points` on the first `options.images` test images, in order, each after the same fine-tuning as in the
 * search; a point of shared weights gets the evaluator's fine-tuning. `yieldTurn` is awaited before every batch and may
 * throw.
 */
export async function* rescore(
  training: TrainingContext,
  points: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
  options: BenchOptions,
  turn: () => Promise<void>,
): AsyncGenerator<{ readonly policy: BitPolicy } & Score, void, void> {
  const { dataset } = training;
  // An evaluator measures on the validation split, which the test split replaces here.
  const untouched = { ...training, dataset: { ...dataset, validation: dataset.test } };
  const turns = { yieldTurn: turn, besideCrew: turn };
  const evaluator = new PolicyEvaluator(untouched, options, new Ledger({}, () => 0), turns);
  try {
    for (const { policy, steps } of points)
      yield { policy, ...(await evaluator.measure(policy, steps === 'shared' ? options.steps : steps)) };
  } finally {
    evaluator.dispose();
  }
}

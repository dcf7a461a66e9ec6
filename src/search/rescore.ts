// Measures what a search has found on images that it never saw: the first ones of the test split. Scores of the images of
// the search flatter its winners, because they were chosen by them.
import type { BitPolicy } from '../graph/policy';
import { type BenchOptions, MeasuringBench } from './bench';
import { Ledger } from './ledger';
import type { Material, Score, SearchPoint } from './method';

/**
 * Scores of `points` on the first `options.images` test images, in their order, each after the fine-tuning that it had in
 * the search; a point of shared weights gets that of the bench. `turn` is awaited before every batch and may throw.
 */
export async function* rescore(
  material: Material,
  points: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
  options: BenchOptions,
  turn: () => Promise<void>,
): AsyncGenerator<{ readonly policy: BitPolicy } & Score, void, void> {
  const { dataset } = material;
  // A bench measures on the validation split: here the other one stands in its place.
  const untouched = { ...material, dataset: { ...dataset, validation: dataset.test } };
  const bench = new MeasuringBench(untouched, options, new Ledger({}, () => 0), turn);
  try {
    for (const { policy, steps } of points)
      yield { policy, ...(await bench.measure(policy, steps === 'shared' ? options.steps : steps)) };
  } finally {
    bench.dispose();
  }
}

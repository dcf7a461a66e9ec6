// Measures the policies that the table of a finished run gives for other limits (`--limits`).
import type { SearchSettings } from '../core/searching';
import type { CostTable } from '../device/costTable';
import { packedBytes } from '../formats/packed';
import { layerCosts, policyCost } from '../graph/cost';
import { sizeInWords } from '../graph/size';
import type { Proportion } from '../math/statistics';
import { percent } from '../node/words';
import { accuracyByTable, bestByTable, type TablePolicy } from '../search/allocation/byTable';
import { createSpace, limitInWords, type SearchLimit } from '../search/space';
import type { FinishedRun } from './finish';
import { flags, number } from './flags';
import { readLimits } from './searchFlags';
import type { RunInputs } from './setting';

/** Test images per policy without `--rescore`. */
const TEST_IMAGES = 1000;

/** The policy for one limit. */
export interface LimitAnswer extends TablePolicy {
  readonly limit: SearchLimit;
  /** Interpolated between the policies measured by the run; absent outside their range. */
  readonly predicted?: number;
  readonly test: Proportion;
}

/**
 * The limits of `--limits`, each used alone.
 * @throws LimitError for a limit that no policy keeps, before a search begins.
 */
export function readOtherLimits(
  { network, scheme, dataset }: RunInputs,
  { allowed }: Pick<SearchSettings, 'allowed'>,
  costs: CostTable | undefined,
) {
  const limits = readLimits(flags.limits, network, costs);
  for (const limit of limits) createSpace(network, scheme, allowed, [limit], dataset);
  return limits;
}

/**
 * Finds the policy for every limit by the table of a run, and measures each on test images as the run measured its own.
 */
export async function answerLimits(
  { method, points, result }: FinishedRun,
  { session, network, dataset }: RunInputs,
  setting: SearchSettings,
  limits: readonly SearchLimit[],
): Promise<LimitAnswer[]> {
  const { table } = result;
  if (limits.length === 0) return [];
  if (table === undefined) {
    console.log(`${method} has no table of single layers to answer --limits by`);
    return [];
  }
  const predict = accuracyByTable(table, points);
  const weights = layerCosts(network).reduce((sum, layer) => sum + layer.weights, 0);
  const { scheme, allowed, steps } = setting;
  const found = limits.map((limit) => bestByTable(table, createSpace(network, scheme, allowed, [limit], dataset)));
  const testImages = number('rescore', TEST_IMAGES, { min: 0 }) || TEST_IMAGES;
  const answers: LimitAnswer[] = [];
  const policies = found.map(({ policy }) => ({ policy, steps }));
  for await (const { policy, accuracy: test } of session.scorePolicies(policies, { setting, testImages })) {
    const [limit, answer] = [limits[answers.length], found[answers.length]];
    const predicted = predict(answer.harm);
    answers.push({ ...answer, limit, ...(predicted !== undefined && { predicted }), test });
    const bits = Object.values(policy).map((layer) => layer.weights);
    const size = sizeInWords(packedBytes(network, policy, scheme));
    const guess = predicted === undefined ? '' : `predicted ~${(100 * predicted).toFixed(1)} %, `;
    console.log(
      `${method}'s table at ${limitInWords(limit, limit.most, weights)}: [${bits.join(' ')}] ${size}, weights ${policyCost(network, policy).compression.toFixed(2)}x smaller, ${guess}test ${percent(test)}`,
    );
  }
  return answers;
}

// The front predicted by the table of a finished run: the best policy at every limit, without another search.
import type { BitPolicy } from '../graph/policy';
import { accuracyByTable, frontByTable } from '../search/allocation/byTable';
import type { HarmTable } from '../search/harmTable';
import { frontLimit } from '../search/limitCosts';
import type { RunPoint } from '../search/run';
import { createSpace } from '../search/space';
import type { LoadedModel } from './loadedModel';
import type { SearchSettings } from './searching';

/** A policy that a table predicts to be the best of its cost. */
export interface PredictedPolicy {
  readonly policy: BitPolicy;
  /** Harm in the unit of the table. */
  readonly harm: number;
  /** Accuracy on the images of the search, as a share; absent outside the harms of the measured policies. */
  readonly accuracy?: number;
}

/** A run with a table. */
export interface TableParams {
  readonly setting: Pick<SearchSettings, 'scheme' | 'allowed' | 'limits'>;
  readonly table: HarmTable;
  readonly points: readonly RunPoint[];
}

/**
 * The front of a table over the measure of the run's first limit, other than RAM and a board's latency, or memory, from the narrowest policy to the widest.
 * @throws RangeError for a table of other layers.
 */
export function tableFront(
  { calibrated, dataset }: LoadedModel,
  { setting, table, points }: TableParams,
): PredictedPolicy[] {
  const { scheme, allowed, limits } = setting;
  const space = createSpace(calibrated.base(scheme), scheme, allowed, [frontLimit(limits)], dataset);
  const predict = accuracyByTable(table, points);
  return frontByTable(table, space).map(({ policy, harm }) => {
    const accuracy = predict(harm);
    return { policy, harm, ...(accuracy !== undefined && { accuracy }) };
  });
}

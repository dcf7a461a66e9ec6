// How long a method may train before it has to measure.
import type { SearchProblem } from '../method';

/** Share of a budget of seconds that training may take. */
const SECONDS_SHARE = 0.6;

/**
 * Steps of training that the budget of images has room for, at most `wanted`: what is left after `measured` policies have
 * been measured. `images` go forward and backward in a step.
 */
export function affordableSteps(
  { ledger, bench }: SearchProblem,
  wanted: number,
  images: number,
  measured: number,
): number {
  const { forward, backward } = ledger.spent;
  const left = (ledger.budget.images ?? Number.POSITIVE_INFINITY) - forward - backward;
  const room = Math.floor((left - measured * bench.cost(bench.steps)) / (2 * images));
  return Math.max(0, Math.min(wanted, room));
}

/** False when training has had its share of a budget of seconds. */
export function hasTimeToTrain({ ledger }: SearchProblem): boolean {
  return ledger.spent.seconds < SECONDS_SHARE * (ledger.budget.seconds ?? Number.POSITIVE_INFINITY);
}

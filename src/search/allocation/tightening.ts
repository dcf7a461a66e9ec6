// The second half of methods that predict first: measures the user's own policies, then the method's choice at the
// limits, and with the rest of the budget its choices at ever tighter limits, so that a whole front results.
import {
  better,
  mayMeasure,
  measurePoint,
  type OptionField,
  type SearchEvent,
  type SearchPoint,
  type SearchProblem,
  type SearchResult,
  type SearchState,
} from '../method';
import { policyOf, vectorOf } from '../space';
import { type Program, roomAt } from './program';

/** The measured part of a front. */
export interface Tightening {
  /** Index of the next share of the room. */
  readonly next: number;
  readonly measured: readonly (readonly number[])[];
  /** Best policy measured by the search so far, in this part or before. */
  readonly best?: SearchPoint;
}

/** The option `points` of methods that tighten. */
export const POINTS: OptionField = {
  kind: 'number',
  label: 'Configs measured, from the limit down',
  initial: 16,
  min: 1,
  max: 256,
  integer: true,
};

/** The `index`-th share of the room: 1, 1/2, 1/4, 3/4, 1/8, 3/8, ... */
export function shareOf(index: number): number {
  if (index === 0) return 1;
  const level = 2 ** Math.floor(Math.log2(index));
  return (2 * (index - level) + 1) / (2 * level);
}

/** Shares tried per wanted policy: different shares may give the same policy. */
const PATIENCE = 4;

/**
 * Measures the vectors that `choose` finds within shares of the room, each once, until there are `points` or the budget
 * is spent. `keep` wraps the state of this part into the method's state.
 */
export async function* tighten(
  problem: SearchProblem,
  program: Program,
  choose: (room: readonly number[]) => readonly number[],
  points: number,
  from: Tightening,
  keep: (state: Tightening) => SearchState,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space } = problem;
  let { next, measured, best } = from;
  const own = problem.startPolicies.map((policy) => vectorOf(space, policy) as number[]);
  const most = own.length + points;
  for (; next < PATIENCE * points && measured.length < most && mayMeasure(problem); ) {
    const mine = measured.length < own.length;
    const vector = mine ? own[measured.length] : choose(roomAt(program, shareOf(next++)));
    if (!mine && measured.some((other) => other.join() === vector.join())) continue;
    const point = await measurePoint(problem, policyOf(space, vector));
    measured = [...measured, vector];
    best = better(best, point);
    const phase = mine ? 'measuring your own configs' : 'measuring from the limit down';
    yield { phase, done: measured.length / most, point, state: keep({ next, measured, best }) };
  }
  if (best === undefined) {
    const policy = policyOf(space, choose(program.room));
    return { policy, because: 'It is the best within the limits by what was learned about single layers.' };
  }
  return { policy: best.policy, because: 'It measured best of the configs that keep to the limits.' };
}

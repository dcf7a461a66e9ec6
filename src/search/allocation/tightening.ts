// The second half of methods that guess first: measures the person's own policies, what the method chooses at the limits,
// and with what is left of the budget what it chooses at ever tighter ones, so that a whole front comes out.
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

/** How far a front has been measured. */
export interface Tightening {
  /** Index of the next share of the room. */
  readonly next: number;
  readonly measured: readonly (readonly number[])[];
  /** Best of what the search has measured so far, this part or not. */
  readonly best?: SearchPoint;
}

/** The option `points` of methods that tighten. */
export const POINTS: OptionField = {
  kind: 'number',
  label: 'Policies measured, from the limit down',
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

/** Shares looked at for each policy wanted: different ones may lead to the same policy. */
const PATIENCE = 4;

/**
 * Measures the vectors that `choose` finds within parts of the room, each once, until there are `points` or the budget is
 * spent. `keep` makes the method's state of this part's.
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
    const phase = mine ? 'measuring your own policies' : 'measuring from the limit down';
    yield { phase, done: measured.length / most, point, state: keep({ next, measured, best }) };
  }
  if (best === undefined) {
    const policy = policyOf(space, choose(program.room));
    return { policy, because: 'It is the best within the limits by what was learned of single layers.' };
  }
  return { policy: best.policy, because: 'It measured best of the policies that keep to the limits.' };
}

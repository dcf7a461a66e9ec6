// The second half of methods that predict first: measures the user's own policies, then the method's choice at the
// limits, and with the rest of the budget its choices at ever tighter limits, so that a whole front results.
import type { BitPolicy } from '../../graph/policy';
import {
  better,
  measurePoints,
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
  /** Whether the control has been measured. */
  readonly controlled?: boolean;
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
 * is spent. `keep` wraps the state of this part into the method's state. A `control` is measured after the method's choice at
 * the limits.
 */
export async function* tighten(
  problem: SearchProblem,
  program: Program,
  choose: (room: readonly number[]) => readonly number[],
  points: number,
  from: Tightening,
  keep: (state: Tightening) => SearchState,
  control?: BitPolicy,
): AsyncGenerator<SearchEvent, SearchResult, void> {
  const { space } = problem;
  let { next, measured, best, controlled = false } = from;
  const own = problem.startPolicies.map((policy) => vectorOf(space, policy) as number[]);
  const most = own.length + points;
  const asked = [...measured];
  let share = next;
  /** The next vector, until there are so many points. */
  const vectorFor = (points: number) => {
    while (share < PATIENCE * points && asked.length < own.length + points) {
      const mine = asked.length < own.length;
      const vector = mine ? own[asked.length] : choose(roomAt(program, shareOf(share++)));
      if (!mine && asked.some((other) => other.join() === vector.join())) continue;
      asked.push(vector);
      return { policy: policyOf(space, vector), vector, share, mine };
    }
    return undefined;
  };
  let askedControl = control === undefined || controlled;
  const ask = () => {
    const first = askedControl ? undefined : vectorFor(1);
    if (askedControl || first !== undefined) return first ?? vectorFor(points);
    askedControl = true;
    return { policy: control as BitPolicy, role: 'control' } as const;
  };
  for await (const [wanted, point] of measurePoints(problem, ask)) {
    if ('role' in wanted) {
      controlled = true;
      const state = keep({ next, measured, controlled, ...(best && { best }) });
      yield { phase: 'measuring the reversed config, as a control', point, state };
      continue;
    }
    next = wanted.share;
    measured = [...measured, wanted.vector];
    best = better(best, point);
    const phase = wanted.mine ? 'measuring your own configs' : 'measuring from the limit down';
    const state = keep({ next, measured, best, ...(controlled && { controlled }) });
    yield { phase, done: measured.length / most, point, state };
  }
  if (best === undefined) {
    const policy = policyOf(space, choose(program.room));
    return { policy, because: 'It is the best within the limits by what was learned about single layers.' };
  }
  return { policy: best.policy, because: 'It measured best of the configs that keep to the limits.' };
}

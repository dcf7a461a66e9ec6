// Measures a table of single layers (cells.ts) on the evaluator, rounded without fine-tuning, until the table has used
// its share of the budget.
import type { BitPolicy } from '../../graph/policy';
import {
  better,
  type OptionField,
  type Score,
  type SearchEvent,
  type SearchPoint,
  type SearchProblem,
  type SearchState,
} from '../method';
import { fits, vectorOf } from '../space';
import type { Cell, CellTable } from './cells';

/** The measured part of a table. */
export interface Measured {
  /** Value of the network with all layers at their base bits. */
  readonly reference?: number;
  readonly cells: readonly Cell[];
  /** Best measured policy within the limits; only if the search evaluates policies without fine-tuning. */
  readonly best?: SearchPoint;
}

export const NO_CELLS: Measured = { cells: [] };

/** How a method measures its cells. */
export interface CellMeasure {
  /** The measured quantity, with its unit. */
  readonly label: string;
  /** Base bits, for all layers but the measured one. */
  readonly rest: BitPolicy;
  /** Value of a score; higher is worse. */
  value(score: Score): number;
  /** Share of the budget for the table. */
  readonly share: number;
}

/** The option `share` of methods with a table. */
export const SHARE: OptionField = {
  kind: 'number',
  label: 'Share of the budget for single layers',
  initial: 0.7,
  min: 0,
  max: 1,
  integer: false,
};

/** The point of a policy measured without fine-tuning; only if the search measures so and the policy keeps the limits. */
function pointOf({ space, evaluator }: SearchProblem, policy: BitPolicy, score: Score): SearchPoint | undefined {
  const vector = vectorOf(space, policy);
  if (evaluator.steps > 0 || vector === undefined || !fits(space, vector)) return undefined;
  return { policy, steps: 0, role: 'candidate', ...score };
}

/** Measures a policy without fine-tuning. */
export async function measureRounded(
  problem: SearchProblem,
  policy: BitPolicy,
): Promise<{ readonly score: Score; readonly point?: SearchPoint }> {
  const score = await problem.evaluator.measure(policy, 0);
  const point = pointOf(problem, policy, score);
  return { score, ...(point && { point }) };
}

/**
 * True while the table may use this share of the budget; reserves one measurement for the policy chosen from the table.
 */
export function mayMeasureCells({ ledger, evaluator }: SearchProblem, share: number): boolean {
  return ledger.committed < share && ledger.affords(evaluator.cost(0) + evaluator.cost(evaluator.steps), 2);
}

/** Measures the cells missing in `from`, in the table's order. Yields after each. */
export async function* measureCells(
  problem: SearchProblem,
  table: CellTable,
  { label, rest, value, share }: CellMeasure,
  from: Measured,
  keep: (state: Measured) => SearchState,
): AsyncGenerator<SearchEvent, Measured, void> {
  let state = from;
  const { order } = table;
  const total = order.length + 1;
  let asked = state.reference === undefined ? -1 : state.cells.length;
  const ask = () => {
    if (asked === order.length || !mayMeasureCells(problem, share)) return undefined;
    const cell = asked < 0 ? undefined : order[asked];
    asked++;
    return { policy: cell === undefined ? rest : table.policy(...cell, rest), steps: 0, cell };
  };
  for await (const [{ policy, cell }, score] of problem.evaluator.measureAll(ask)) {
    const { reference = 0, cells } = state;
    const measured = value(score);
    state =
      cell === undefined
        ? { ...state, reference: measured }
        : { ...state, cells: [...cells, [...cell, measured - reference]] };
    const point = pointOf(problem, policy, score);
    if (point !== undefined) state = { ...state, best: better(state.best, point) };
    yield {
      phase: 'measuring single layers',
      done: (state.cells.length + 1) / total,
      inside: table.inside(label, state.cells),
      state: keep(state),
      ...(point && { point }),
    };
  }
  return state;
}

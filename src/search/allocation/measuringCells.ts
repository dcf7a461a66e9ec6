// Measures a table of single layers (cells.ts) on the evaluator: rounded, not fine-tuned, until the table has had its share of
// the budget.
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

/** How far a table has been measured. */
export interface Measured {
  /** Value of the network with all layers left alone. */
  readonly reference?: number;
  readonly cells: readonly Cell[];
  /** Best of the measured policies that keep to the limits; only where policies count as they are rounded. */
  readonly best?: SearchPoint;
}

export const NO_CELLS: Measured = { cells: [] };

/** What a method measures its cells by. */
export interface CellMeasure {
  /** What is measured, with its unit. */
  readonly label: string;
  /** Bits of the layers that are left alone. */
  readonly rest: BitPolicy;
  /** More is worse. */
  value(score: Score): number;
  /** Share of the budget that the table may spend. */
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

/** A policy rounded as it is; a point of the search only where policies are not fine-tuned and if it keeps to the limits. */
export async function measureRounded(
  { space, evaluator }: SearchProblem,
  policy: BitPolicy,
): Promise<{ readonly score: Score; readonly point?: SearchPoint }> {
  const score = await evaluator.measure(policy, 0);
  const vector = vectorOf(space, policy);
  if (evaluator.steps > 0 || vector === undefined || !fits(space, vector)) return { score };
  return { score, point: { policy, steps: 0, role: 'candidate', ...score } };
}

/** True while a table with this share of the budget may go on; one measurement is left for what follows from it. */
export function mayMeasureCells({ ledger, evaluator }: SearchProblem, share: number): boolean {
  return ledger.used < share && ledger.affords(evaluator.cost(0) + evaluator.cost(evaluator.steps), 2);
}

/** Measures the cells that `from` lacks, in the table's order. Yields after each. */
export async function* measureCells(
  problem: SearchProblem,
  table: CellTable,
  { label, rest, value, share }: CellMeasure,
  from: Measured,
  keep: (state: Measured) => SearchState,
): AsyncGenerator<SearchEvent, Measured, void> {
  let state = from;
  const total = table.order.length + 1;
  const measure = async (policy: BitPolicy, extend: (harm: number) => Measured): Promise<SearchEvent> => {
    const { score, point } = await measureRounded(problem, policy);
    state = extend(value(score));
    if (point !== undefined) state = { ...state, best: better(state.best, point) };
    return {
      phase: 'measuring single layers',
      done: (state.cells.length + 1) / total,
      inside: table.inside(label, state.cells),
      state: keep(state),
      ...(point && { point }),
    };
  };
  if (state.reference === undefined && mayMeasureCells(problem, share))
    yield await measure(rest, (reference) => ({ ...state, reference }));
  for (const [layer, choice] of table.order.slice(state.cells.length)) {
    const { reference } = state;
    if (reference === undefined || !mayMeasureCells(problem, share)) break;
    const policy = table.policy(layer, choice, rest);
    yield await measure(policy, (worse) => ({ ...state, cells: [...state.cells, [layer, choice, worse - reference]] }));
  }
  return state;
}

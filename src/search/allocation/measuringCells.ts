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

/**
 * Measures a policy without fine-tuning; the result is a point of the search only if `steps` is 0 and the policy keeps
 * the limits.
 */
export async function measureRounded(
  { space, evaluator }: SearchProblem,
  policy: BitPolicy,
): Promise<{ readonly score: Score; readonly point?: SearchPoint }> {
  const score = await evaluator.measure(policy, 0);
  const vector = vectorOf(space, policy);
  if (evaluator.steps > 0 || vector === undefined || !fits(space, vector)) return { score };
  return { score, point: { policy, steps: 0, role: 'candidate', ...score } };
}

/**
 * True while the table may use this share of the budget; reserves one measurement for the policy chosen from the table.
 */
export function mayMeasureCells({ ledger, evaluator }: SearchProblem, share: number): boolean {
  return ledger.used < share && ledger.affords(evaluator.cost(0) + evaluator.cost(evaluator.steps), 2);
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

// Undo steps: the state before each change, one per gesture.
import { type Desk, desk, type UndoState } from './desk';
import { remember } from './history';

/** The part of the desk that undo restores. */
export function undoStateOf({
  networkId,
  datasetId,
  weights,
  scheme,
  architecture,
  policy,
  aside,
  pins,
  trainingOptions,
  searchForm,
  budget,
  payingRule,
  board,
  costTable,
  measuredAs,
}: Desk): UndoState {
  const rest = { policy, pins, aside, trainingOptions, searchForm, budget, payingRule, board, costTable, measuredAs };
  return { networkId, datasetId, weights, scheme, architecture, ...rest };
}

/** Milliseconds within which changes of the same field are one step, such as typing a number. */
const TYPING = 1000;
let lastStep = { field: '', time: Number.NEGATIVE_INFINITY, history: desk.getState().history };

/** Adds `before` as an undo step. With `field`, quick changes of the same field are one step. */
export function rememberStep(before: UndoState, field = ''): void {
  const { history } = desk.getState();
  const now = performance.now();
  const same = field !== '' && field === lastStep.field && lastStep.history === history && now - lastStep.time < TYPING;
  if (!same) desk.setState({ history: remember(history, before), notice: null });
  lastStep = { field, time: now, history: desk.getState().history };
}

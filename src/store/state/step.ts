// Steps that can be undone: the setting before each change, one for a gesture.
import { type Desk, desk, type UndoState } from './desk';
import { remember } from './history';

/** The part of the desk that undo brings back. */
export function undoStateOf({
  networkId,
  datasetId,
  weights,
  scheme,
  architecture,
  policy,
  trainingOptions,
  searchForm: { locked },
}: Desk): UndoState {
  return { networkId, datasetId, weights, scheme, architecture, policy, trainingOptions, locked };
}

/** Milliseconds within which changes of one and the same field are one step: a number being typed. */
const TYPING = 1000;
let lastStep = { field: '', time: Number.NEGATIVE_INFINITY, history: desk.getState().history };

/** Remembers `before` as what undo goes back to. With `field`, quick changes of the same field are one step. */
export function rememberStep(before: UndoState, field = ''): void {
  const { history } = desk.getState();
  const now = performance.now();
  const same = field !== '' && field === lastStep.field && lastStep.history === history && now - lastStep.time < TYPING;
  if (!same) desk.setState({ history: remember(history, before), notice: null });
  lastStep = { field, time: now, history: desk.getState().history };
}

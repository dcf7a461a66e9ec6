// Undo and redo of every change, across networks, images and weights. A step contains only the fingerprint of weights; the
// engine has the values.
import { schemeName } from '../../quant/registry';
import { session } from '../../words/en/session';
import { forgetResults } from '../measure/measuring';
import { openNetwork, reopenDataset } from '../network/session';
import { announce, showProblem } from '../state/announce';
import { withCode } from '../state/code';
import { type Desk, desk, type UndoState } from '../state/desk';
import { stepBack, stepForward } from '../state/history';
import { undoStateOf } from '../state/step';

/**
 * Restores an undo state, with `view`, and opens its images and network if they differ. False, without any change, while
 * training runs on those in use.
 */
export function restore(setting: UndoState, view: Partial<Desk> = {}): boolean {
  const now = desk.getState();
  const { datasetId, networkId, architecture, policy, pins, aside, trainingOptions, searchForm } = setting;
  const { budget, payingRule, board, costTable, measuredAs } = setting;
  // Equal schemes stay the same object, because a new object triggers measuring.
  const scheme = schemeName(setting.scheme) === schemeName(now.scheme) ? now.scheme : setting.scheme;
  const otherNetwork = networkId !== now.networkId;
  const otherImages = datasetId !== now.datasetId;
  // A step from before the weights were known does not change them.
  const weights = setting.weights ?? (otherNetwork || otherImages ? null : now.weights);
  const otherWeights = !otherNetwork && !otherImages && now.weights !== null && weights !== now.weights;
  if (now.trainingActive && (otherNetwork || otherImages || otherWeights)) {
    showProblem(session.trainingBlocks);
    return false;
  }
  if (otherNetwork) forgetResults();
  desk.setState({
    ...{ policy, pins, aside, trainingOptions, searchForm, scheme, weights, budget, payingRule },
    ...{ board, costTable, measuredAs },
    ...(otherNetwork ? { networkId, architecture, network: null, selection: [] } : {}),
    gestureStart: null,
    payers: [],
    notice: null,
    ...view,
  });
  if (otherImages) void reopenDataset(datasetId, weights);
  else if (otherNetwork || otherWeights) void openNetwork(networkId, weights, otherWeights);
  return true;
}

type Moved = ReturnType<typeof stepBack<UndoState>>;
type Words = typeof import('./changes');

/** Takes a move along the history, if there is one, and says so, once the code that knows the words is there. */
export function take(moved: Moved, say: (here: UndoState, there: UndoState, words: Words) => string): void {
  if (moved === undefined) return;
  const here = undoStateOf(desk.getState());
  if (!restore(moved.present, { history: moved.history })) return;
  withCode(
    () => import('./changes'),
    (words) => announce(say(here, moved.present, words), true),
  );
}

/** Undoes the last change. */
export function undo(): void {
  const now = desk.getState();
  take(stepBack(now.history, undoStateOf(now)), (here, there, { undone }) => undone(there, here));
}

/** Redoes the last undone change. */
export function redo(): void {
  const now = desk.getState();
  take(stepForward(now.history, undoStateOf(now)), (here, there, { redone }) => redone(here, there));
}

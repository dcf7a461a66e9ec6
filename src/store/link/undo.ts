// Undo and redo of every change, across networks, images and weights. A step contains only the fingerprint of weights; the
// engine has the values.
import { datasets } from '../../data/registry';
import { samePolicy } from '../../graph/policy';
import { schemeName } from '../../quant/registry';
import { history } from '../../words/en/history';
import { training } from '../../words/en/training';
import { forgetResults } from '../measure/measuring';
import { networkLabel } from '../network/own';
import { openNetwork, reopenDataset } from '../network/session';
import { announce, showProblem } from '../state/announce';
import { type Desk, desk, type UndoState } from '../state/desk';
import { type History, stepBack, stepForward } from '../state/history';
import { undoStateOf } from '../state/step';

/**
 * Restores an undo state, with `view`, and opens its images and network if they differ. False, without any change, while
 * training runs on those in use.
 */
export function restore(setting: UndoState, view: Partial<Desk> = {}): boolean {
  const now = desk.getState();
  const { datasetId, networkId, architecture, policy, pins, aside, trainingOptions, budget, locked } = setting;
  // Equal schemes stay the same object, because a new object triggers measuring.
  const scheme = schemeName(setting.scheme) === schemeName(now.scheme) ? now.scheme : setting.scheme;
  const otherNetwork = networkId !== now.networkId;
  const otherImages = datasetId !== now.datasetId;
  // A step from before the weights were known does not change them.
  const weights = setting.weights ?? (otherNetwork || otherImages ? null : now.weights);
  const otherWeights = !otherNetwork && !otherImages && now.weights !== null && weights !== now.weights;
  if (now.trainingActive && (otherNetwork || otherImages || otherWeights)) {
    showProblem(training.blocks);
    return false;
  }
  if (otherNetwork) forgetResults();
  desk.setState({
    ...{ policy, pins, aside, trainingOptions, scheme, weights, budget, searchForm: { ...now.searchForm, locked } },
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

/** The difference between two undo states, in words. */
export function changeInWords(from: UndoState, to: UndoState): string {
  const parts = [
    from.networkId !== to.networkId && history.network(networkLabel(to.networkId)),
    from.datasetId !== to.datasetId && history.images(datasets[to.datasetId].label),
    from.networkId === to.networkId && (from.weights ?? to.weights) !== (to.weights ?? from.weights) && history.weights,
    schemeName(from.scheme) !== schemeName(to.scheme) && history.quantizer,
    !samePolicy(from.policy, to.policy) && history.bits,
    JSON.stringify(from.trainingOptions) !== JSON.stringify(to.trainingOptions) && history.training,
    from.pins !== to.pins && history.pins,
    JSON.stringify(from.budget) !== JSON.stringify(to.budget) && history.budget,
    from.locked.join() !== to.locked.join() && history.locks,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : history.nothing;
}

function go(
  step: { present: UndoState; history: History<UndoState> } | undefined,
  done: (what: string) => string,
): void {
  if (step === undefined) return;
  const words = changeInWords(undoStateOf(desk.getState()), step.present);
  if (restore(step.present, { history: step.history })) announce(done(words));
}

/** Undoes the last change. */
export function undo(): void {
  go(stepBack(desk.getState().history, undoStateOf(desk.getState())), history.undone);
}

/** Redoes the last undone change. */
export function redo(): void {
  go(stepForward(desk.getState().history, undoStateOf(desk.getState())), history.redone);
}

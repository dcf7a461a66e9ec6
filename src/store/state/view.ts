// Actions on the view: nothing here changes the policy, weights or measurements.
import type { BitPolicy } from '../../graph/policy';
import type { TensorMode } from '../../policy/edits';
import { type Axis, type Desk, desk, type PhoneTab } from './desk';

/** Shows a policy as ghosts beside the caps of the faders; null hides them. */
export function showGhost(ghost: BitPolicy | null): void {
  desk.setState({ ghost });
}

/** Selects the panel shown on a phone. */
export function showPanel(phoneTab: PhoneTab): void {
  desk.setState({ phoneTab });
}

/** Selects the cost axis of the plot. */
export function setAxis(axis: Axis): void {
  desk.setState({ axis });
}

/** Selects what the faders move: weights, activations or both. */
export function setTensorMode(tensorMode: TensorMode): void {
  desk.setState({ tensorMode });
}

/** Selects what the inspector shows. */
export function setInspector(inspector: Desk['inspector']): void {
  desk.setState({ inspector });
}

/** Shows the inside of a run; null closes it. */
export function showRun(shownRun: string | null): void {
  desk.setState({ shownRun });
}

/** Opens the images dialog and clears its last error. */
export function openImages(): void {
  desk.setState({ datasetDialog: true, datasetError: null });
}

export function closeImages(): void {
  desk.setState({ datasetDialog: false, datasetError: null });
}

export function dismissNotice(): void {
  desk.setState({ notice: null });
}

export function dismissLinkProblems(): void {
  desk.setState({ linkProblems: [] });
}

/** Stops waiting for the network that a link asks for. */
export function dismissOwnNetwork(): void {
  desk.setState({ ownNetwork: null });
}

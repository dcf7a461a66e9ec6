// What is looked at, and how: nothing here changes the work.
import type { BitPolicy } from '../../graph/policy';
import type { TensorMode } from '../../policy/edits';
import { type Axis, type Desk, desk, type PhoneTab } from './desk';

/** Shows a policy as ghosts beside the caps of the faders; null takes them away. */
export function showGhost(ghost: BitPolicy | null): void {
  desk.setState({ ghost });
}

/** Chooses the panel that a phone shows. */
export function showPanel(phoneTab: PhoneTab): void {
  desk.setState({ phoneTab });
}

/** Chooses the cost that the plot shows. */
export function setAxis(axis: Axis): void {
  desk.setState({ axis });
}

/** Chooses what faders move: weights, activations or both. */
export function setTensorMode(tensorMode: TensorMode): void {
  desk.setState({ tensorMode });
}

/** Chooses what is seen of the layer at hand. */
export function setInspector(inspector: Desk['inspector']): void {
  desk.setState({ inspector });
}

/** Shows the inside of a run; null closes it. */
export function showRun(shownRun: string | null): void {
  desk.setState({ shownRun });
}

/** Opens the dialog of the images, without the last refusal. */
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

/** Gives up waiting for the network that a link asks for. */
export function dismissOwnNetwork(): void {
  desk.setState({ ownNetwork: null });
}

// Actions on the view: nothing here changes the policy, weights or measurements.
import type { BitPolicy } from '../../graph/policy';
import { EXPORTING } from '../../options/exporting';
import { initialValues } from '../../options/fields';
import type { TensorMode } from '../../policy/edits';
import { type Axis, type Desk, desk, type Tab } from './desk';
import { NOT_SOLVED } from './reproducedSlice';
import { NOT_MEASURED } from './speedSlice';
import type { WideView } from './wideViews';

/** Shows a policy as ghosts beside the caps of the faders, and which search found it, if any; null hides them. */
export function showGhost(ghost: BitPolicy | null, ghostMethod: string | null = null): void {
  desk.setState({ ghost, ghostMethod });
}

/** Selects the panel beside the desk; `tune` and `plot` close it where it lies over the desk, or fills a phone. */
export function showTab(tab: Tab): void {
  desk.setState({ tab });
}

/** Selects what stands in the place of the plot. */
export function showWide(wideView: WideView): void {
  desk.setState({ wideView });
}

/** Opens a view in the place of the plot, or closes it, with what else `change` changes. */
function showAside(view: WideView, shown: boolean, change: (now: Desk) => Partial<Desk>): void {
  desk.setState((now) => ({
    ...change(now),
    wideView: shown ? view : now.wideView === view ? 'plot' : now.wideView,
    // On phones, where one is shown at a time.
    tab: shown ? 'plot' : now.tab,
  }));
}

/** Opens or closes the view for teachers. */
export function setTeaching(teaching: boolean): void {
  showAside('teach', teaching, () => ({ teaching }));
}

/** Opens or closes the view "Speed". */
export function setSpeedShown(shown: boolean): void {
  showAside('speed', shown, ({ speed }) => ({ speed: shown ? (speed ?? NOT_MEASURED) : null }));
}

/** Opens or closes the view "Reproduced". */
export function setReproducedShown(shown: boolean): void {
  showAside('reproduced', shown, ({ reproduced }) => ({ reproduced: shown ? (reproduced ?? NOT_SOLVED) : null }));
}

/** Opens or closes the view "Race". */
export function setRaceShown(raceShown: boolean): void {
  showAside('race', raceShown, () => ({ raceShown }));
}

/** Shows the page as on a projector, or as usual. */
export function setProjected(projected: boolean): void {
  desk.setState({ projected });
}

/** Shows everything that a link has hidden. */
export function showEverything(): void {
  desk.setState({ hidden: [] });
}

/** Gives searches, training and the challenge of the day their own seeds again. */
export function freeSeed(): void {
  desk.setState({ fixedSeed: null });
}

/** Selects the cost axis of the plot. */
export function setAxis(axis: Axis): void {
  desk.setState({ axis });
}

/** Selects the range of accuracy of the plot. */
export function setPlotRange(plotRange: Desk['plotRange']): void {
  desk.setState({ plotRange });
}

/** Selects what the faders move: weights, activations or both. */
export function setTensorMode(tensorMode: TensorMode): void {
  desk.setState({ tensorMode });
}

/** Selects what the inspector shows. */
export function setInspector(inspector: Desk['inspector']): void {
  desk.setState({ inspector });
}

/** Shows the inside of a run in the place of the plot; null closes it. */
export function showRun(shownRun: string | null): void {
  desk.setState(({ wideView }) => ({
    shownRun,
    wideView: shownRun !== null ? 'inside' : wideView === 'inside' ? 'plot' : wideView,
  }));
}

/** Opens the images dialog and clears its last error. */
export function openImages(): void {
  desk.setState({ datasetDialog: true, datasetError: null });
}

export function closeImages(): void {
  desk.setState({ datasetDialog: false, datasetError: null });
}

/** Opens the dialog "Your own network", where no import is under way. */
export function askForNetwork(): void {
  desk.setState({ importing: { step: 'choose' } });
}

/** Opens the dialog "Export", which then writes its files. */
export function openExports(): void {
  desk.setState({ exporting: { options: initialValues(EXPORTING), made: {} } });
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

/** Opens or closes the dialog "Board". */
export function setBoardDialog(boardDialog: boolean): void {
  desk.setState({ boardDialog });
}

// The address of the page: it opens what its link says, follows the desk, and changes the desk when it is changed by
// hand, by a pasted link or by going back. Following never adds to the browser's history; opening is one undo step.
import { layersOf } from '../../graph/network';
import { ownNetwork } from '../network/own';
import { announce } from '../state/announce';
import { type Desk, desk, initialDesk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';
import type { LinkState } from './codecs';
import { firstState, isLink, type LinkReading, readLink, readOwn, withWeights, writeLink } from './link';
import { restore } from './undo';

/** Milliseconds between two changes of the address; browsers refuse more than some hundred in half a minute. */
const PACE = 400;
const fragmentOf = (state: LinkState) => withWeights(writeLink(state), state);
/** What a page says that opened without a link; its address stays clean. */
const OPENING = fragmentOf(initialDesk());
const LINKED = Object.keys({
  networkId: 0,
  architecture: 0,
  policy: 0,
  datasetId: 0,
  scheme: 0,
  trainingOptions: 0,
  tensorMode: 0,
  axis: 0,
  phoneTab: 0,
  selection: 0,
  inspected: 0,
  inspector: 0,
  image: 0,
  searchForm: 0,
} satisfies Record<keyof LinkState, 0>) as (keyof LinkState)[];

let shown = OPENING;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastWrite = Number.NEGATIVE_INFINITY;

/** Opens what the address says, and keeps the two together from now on. Called before the engine starts. */
export function followAddress(): void {
  const fragment = location.hash.slice(1);
  if (isLink(fragment)) open(fragment, false);
  shown = fragmentOf(desk.getState());
  addEventListener('hashchange', onAddressChanged);
  desk.subscribe((now, before) => {
    if (timer !== undefined || LINKED.every((key) => now[key] === before[key])) return;
    // At once after a rest, even while training keeps the page busy; then at a pace.
    timer = setTimeout(write, Math.max(0, lastWrite + PACE - performance.now()));
  });
}

/** The whole link to what is on the desk; the backend that this address may force is left out, it is this device's. */
export function shareLink(state: Desk): string {
  return `${location.origin}${location.pathname}#${fragmentOf(state)}`;
}

function write(): void {
  timer = undefined;
  const now = desk.getState();
  // The end of the gesture comes here again.
  if (now.gestureStart !== null) {
    timer = setTimeout(write, PACE);
    return;
  }
  const link = fragmentOf(now);
  if (link !== shown) put(link);
}

function put(link: string): void {
  shown = link;
  lastWrite = performance.now();
  const fragment = link === OPENING ? '' : `#${link}`;
  history.replaceState(history.state, '', `${location.pathname}${location.search}${fragment}`);
}

function onAddressChanged(): void {
  const fragment = location.hash.slice(1);
  if (fragment === shown) return;
  if (isLink(fragment)) open(fragment, true);
  else if (fragment === '') open(OPENING, true);
  else {
    // A place on the page, as "Skip to the desk": the browser has gone there, and the state comes back to the address.
    put(fragmentOf(desk.getState()));
    return;
  }
  shown = fragmentOf(desk.getState());
}

/** A reading whose own network is in this browser, with its layers; its bits are read now that they are known. */
function withOwnNetwork(reading: LinkReading): LinkReading {
  const { state, own, problems } = reading;
  const architecture = own === null ? undefined : ownNetwork(own.id)?.architecture;
  if (state === null || own === null || architecture === undefined) return reading;
  if (layersOf(architecture).length !== own.layers) return reading;
  const { networkId, policy, selection, inspected } = firstState(own.id, architecture);
  const filled = readOwn(own, { ...state, networkId, architecture, policy, selection, inspected });
  return { state: filled.state, own: null, problems: [...problems, ...filled.problems] };
}

/** Shows what a link says, as a step of undo unless the page is just opening. */
function open(fragment: string, asStep: boolean): void {
  const { state, own, problems } = withOwnNetwork(readLink(fragment));
  const before = undoStateOf(desk.getState());
  if (state === null) desk.setState({ linkProblems: problems });
  else {
    const { networkId, architecture, policy, datasetId, scheme, trainingOptions, ...view } = state;
    const stays = networkId === before.networkId && datasetId === before.datasetId;
    const weights = stays ? before.weights : null;
    const setting = { networkId, architecture, policy, datasetId, scheme, trainingOptions, weights };
    const notes = { linkProblems: problems, ownNetwork: own };
    const { locked } = state.searchForm;
    const former = { ...state, ...before, searchForm: { ...state.searchForm, locked: before.locked } };
    const changed = writeLink(former) !== writeLink(state);
    if (!asStep) desk.setState({ ...setting, ...view, ...notes });
    else if (restore({ ...setting, locked }, { ...view, ...notes }) && changed) rememberStep(before);
  }
  if (problems.length > 0) announce('Not all of the link was understood; the notice on top says what.');
  else if (asStep) announce('The link is opened.');
}

// Keeps the page's address and the desk in sync: the page opens with its link, the address follows the desk, and the desk
// follows edits of the address, pasted links and the back button. Following never adds to the browser's history; opening a
// link is one undo step. The undo steps themselves outlast a reload (recall.ts).
import { linking } from '../../words/en/linking';
import { announce } from '../state/announce';
import { type Desk, desk, initialDesk } from '../state/desk';
import { engine } from '../state/engine';
import { rememberStep, undoStateOf } from '../state/step';
import type { LinkState } from './codecs';
import { isLink, withWeights, writeLink } from './link';
import { parted, readHere } from './reading';
import { keepHistory, latestFragment, recallHistory } from './recall';
import { restore } from './undo';
import { ownsTab } from './visited';

/** Minimum milliseconds between changes of the address; browsers refuse more than about a hundred in half a minute. */
const PACE = 400;
const fragmentOf = (state: LinkState) => withWeights(writeLink(state), state);
/** The fragment of a page opened without a link; its address stays clean. */
const OPENING = fragmentOf(initialDesk());
const LINKED = Object.keys({
  networkId: 0,
  architecture: 0,
  policy: 0,
  pins: 0,
  datasetId: 0,
  scheme: 0,
  trainingOptions: 0,
  budget: 0,
  board: 0,
  measuredAs: 0,
  tensorMode: 0,
  axis: 0,
  tab: 0,
  lesson: 0,
  selection: 0,
  inspected: 0,
  inspector: 0,
  image: 0,
  challenge: 0,
  by: 0,
  hidden: 0,
  fixedSeed: 0,
  projected: 0,
  searchForm: 0,
} satisfies Record<keyof LinkState, 0>) as (keyof LinkState)[];

/** Milliseconds that browsers may take until a reload opens the latest address. */
const LAG = 3000;

let shown = OPENING;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastWrite = Number.NEGATIVE_INFINITY;
/** Addresses of a moment ago, and when they were replaced. */
let replaced: readonly { readonly fragment: string; readonly at: number }[] = [];
const isRecent = ({ at }: { readonly at: number }) => performance.now() - at < LAG;

/** Whether the page is opened again where this tab has been: by a reload, or by going back. */
const isReturn = () =>
  (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)?.type !== 'navigate';

let following = false;

/**
 * Opens the link in the address, and keeps address and desk in sync from then on, once. Called before the engine starts where
 * there is a link, else later: what was changed by then goes into the address.
 */
export function followAddress(): void {
  if (following) return;
  following = true;
  const address = location.hash.slice(1);
  const late = engine() !== null;
  const fragment = !late && ownsTab() && isReturn() ? latestFragment(address) : address;
  if (isLink(fragment)) open(fragment, late);
  if (!late && ownsTab()) recallHistory();
  if (fragment !== address) put(fragmentOf(desk.getState()));
  else if (isLink(fragment)) shown = fragmentOf(desk.getState());
  else if (location.hash === '') write();
  addEventListener('hashchange', onAddressChanged);
  const keep = () =>
    keepHistory([location.hash.slice(1), ...replaced.filter(isRecent).map(({ fragment }) => fragment)]);
  if (ownsTab()) addEventListener('pagehide', keep);
  // Phones may end a hidden page without another word.
  if (ownsTab()) document.addEventListener('visibilitychange', keep);
  desk.subscribe((now, before) => {
    if (timer !== undefined || LINKED.every((key) => now[key] === before[key])) return;
    // At once after a pause, even while training keeps the page busy; then at the minimum interval.
    timer = setTimeout(write, Math.max(0, lastWrite + PACE - performance.now()));
  });
}

/** The full link to the state of the desk, without a backend forced in the address, which concerns only this device. */
export function shareLink(state: Desk): string {
  return `${location.origin}${location.pathname}#${fragmentOf(state)}`;
}

function write(): void {
  timer = undefined;
  const now = desk.getState();
  // The end of the gesture triggers another write.
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
  replaced = [...replaced.filter(isRecent), { fragment: location.hash.slice(1), at: lastWrite }];
  const fragment = link === OPENING ? '' : `#${link}`;
  history.replaceState(history.state, '', `${location.pathname}${location.search}${fragment}`);
}

function onAddressChanged(): void {
  const fragment = location.hash.slice(1);
  if (fragment === shown) return;
  if (isLink(fragment)) open(fragment, true);
  else if (fragment === '') open(OPENING, true);
  else {
    // An anchor on the page, such as "Skip to the desk": the browser has scrolled there; restore the state in the address.
    put(fragmentOf(desk.getState()));
    return;
  }
  shown = fragmentOf(desk.getState());
}

/** Applies a link to the desk, as an undo step unless the page is just opening. */
function open(fragment: string, asStep: boolean): void {
  const { state, own, problems } = readHere(fragment);
  const before = undoStateOf(desk.getState());
  if (state === null) desk.setState({ linkProblems: problems });
  else {
    const stays = state.networkId === before.networkId && state.datasetId === before.datasetId;
    const { payingRule, costTable } = before;
    const unlinked = { weights: stays ? before.weights : null, aside: {}, payingRule, costTable };
    const { setting, view } = parted(state, unlinked);
    const notes = { linkProblems: problems, ownNetwork: own };
    const changed = writeLink({ ...state, ...before }) !== writeLink(state);
    if (!asStep) desk.setState({ ...setting, ...view, ...notes });
    else if (restore(setting, { ...view, ...notes }) && changed) rememberStep(before);
  }
  // Problems are an alert, which says itself.
  if (problems.length === 0 && asStep) announce(linking.opened);
}

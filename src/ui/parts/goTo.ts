// The way to a panel beside the desk.
import { flushSync } from 'react-dom';
import type { Tab } from '../../store/state/desk';
import { showTab } from '../../store/state/view';
import { focusPanel } from './Tabs';

/** The id of the list of tabs beside the desk. */
export const SIDE = 'side';

/** Shows a panel and moves the focus to it. */
export function goTo(tab: Tab): void {
  flushSync(() => showTab(tab));
  focusPanel(SIDE, tab);
}

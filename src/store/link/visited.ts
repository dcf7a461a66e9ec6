// Whether this tab was here before: then what it left has to be read before the first picture (recall.ts).

/** Key of the undo steps in the session storage of the tab. */
export const HISTORY_KEY = 'fewbits.history';

/** The session storage belongs to the tab: pages within others leave it to them. */
export const ownsTab = (): boolean => globalThis.parent === globalThis.self;

/** True if there are undo steps of this tab to recall. */
export function hasHistory(): boolean {
  try {
    return ownsTab() && sessionStorage.getItem(HISTORY_KEY) !== null;
  } catch {
    return false;
  }
}

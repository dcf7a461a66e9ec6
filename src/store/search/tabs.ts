// Runs that another tab of this browser is at: they are shown as far as that tab says, and left alone until it lets go.
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';
import { dropRun, putRun, runOf, settleRun } from './changes';
import { claimRun, hasRun, isElsewhere, whenFree } from './locks';
import { runIdOf, storedRun, takeRun } from './storage';

/** Watches what other tabs do with the runs of the desk, and takes up theirs. */
export function watchOtherTabs(): void {
  for (const { id } of desk.getState().runs) void look(id);
  if (typeof window === 'undefined') return;
  window.addEventListener('storage', ({ key, newValue }) => {
    const id = runIdOf(key);
    if (id === undefined || hasRun(id)) return;
    const stored = takeRun(key as string, newValue);
    if (newValue === null) dropRun(id);
    else takeUp(stored);
    void look(id);
  });
}

/** Does something with a run once this tab has it, and lets go of it unless it is at work then. */
export async function withRun(id: string, work: () => void): Promise<void> {
  if (!hasRun(id)) {
    if (!(await claimRun(id))) {
      const run = runOf(id);
      if (run) announce(`${run.name} is followed in another tab.`);
      return follow(id);
    }
    // Another tab may have gone on with it since.
    takeUp(storedRun(id));
  }
  work();
  settleRun(id);
}

async function look(id: string): Promise<void> {
  if (!following.has(id) && (await isElsewhere(id))) await follow(id);
}

const following = new Set<string>();

async function follow(id: string): Promise<void> {
  if (following.has(id)) return;
  following.add(id);
  tellDesk();
  await whenFree(id);
  following.delete(id);
  takeUp(storedRun(id));
  tellDesk();
}

function tellDesk(): void {
  desk.setState({ elsewhere: [...following] });
}

/** Takes up a run as another tab has stored it; one that could not be stored any more has fewer points than ours. */
function takeUp(stored: SearchRun | undefined): void {
  if (stored && stored.points.length >= (runOf(stored.id)?.points.length ?? 0)) putRun(stored);
}

// Runs active in another tab of this browser are shown as that tab stores them, and left alone until it releases them.
import { searching } from '../../words/en/searching';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';
import { dropRun, putRun, runOf, settleRun } from './changes';
import { claimRun, hasRun, isElsewhere, whenFree } from './locks';
import { runIdOf, storedRun, takeRun } from './storage';

/** Follows what other tabs do with runs. */
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

/** Runs `work` once this tab holds the run, and releases the run unless it is then active. */
export async function withRun(id: string, work: () => void): Promise<void> {
  if (!hasRun(id)) {
    if (!(await claimRun(id))) {
      const run = runOf(id);
      if (run) announce(searching.elsewhere(run.name));
      return follow(id);
    }
    // Another tab may have continued it since.
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

/** Takes over a run as stored by another tab, unless it has fewer points than ours because later ones could not be stored. */
function takeUp(stored: SearchRun | undefined): void {
  if (stored && stored.points.length >= (runOf(stored.id)?.points.length ?? 0)) putRun(stored);
}

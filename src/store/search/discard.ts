// Discards search runs, and restores them.
import { announce } from '../state/announce';
import { changeRun, dropRun, runOf } from './changes';
import { endSearch, forgetState, pauseSearch } from './queue';
import { unstoreRun } from './storage';
import { withRun } from './tabs';

/** Milliseconds during which discarding can be undone. */
const UNDO_TIME = 10_000;

const discards = new Map<string, ReturnType<typeof setTimeout>>();

/** Discards a run, permanently after ten seconds. An active run is paused until then. */
export function discardSearch(id: string): void {
  void withRun(id, () => {
    pauseSearch(id);
    changeRun(id, { discarded: true });
    discards.set(
      id,
      setTimeout(() => forget(id), UNDO_TIME),
    );
    announce(`${runOf(id)?.name} discarded; this can be undone for ten seconds.`);
  });
}

/** Restores a discarded run. */
export function undoDiscard(id: string): void {
  clearTimeout(discards.get(id));
  discards.delete(id);
  changeRun(id, { discarded: false });
  announce(`${runOf(id)?.name} is back.`);
}

function forget(id: string): void {
  discards.delete(id);
  endSearch(id);
  unstoreRun(id);
  dropRun(id);
  forgetState(id);
}

// Discards search runs, and restores them.
import { searching } from '../../words/en/searching';
import { announce } from '../state/announce';
import { changeRun, dropRun, runOf } from './changes';
import { endSearch, forgetState, pauseSearch } from './queue';
import { unstoreRun } from './storage';
import { withRun } from './tabs';

/** Milliseconds during which discarding can be undone. */
const UNDO_TIME = 10_000;

const nameOf = (id: string) => runOf(id)?.name ?? '';

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
    announce(searching.discarded(nameOf(id)));
  });
}

/** Restores a discarded run. */
export function undoDiscard(id: string): void {
  clearTimeout(discards.get(id));
  discards.delete(id);
  changeRun(id, { discarded: false });
  announce(searching.back(nameOf(id)));
}

function forget(id: string): void {
  discards.delete(id);
  endSearch(id);
  unstoreRun(id);
  dropRun(id);
  forgetState(id);
}

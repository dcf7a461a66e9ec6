// Asks before the page is left while work runs or learned weights are not stored. Listens only then, because a page that
// listens to `beforeunload` is excluded from the browser's back/forward cache.
import { type Desk, desk } from '../state/desk';

/** True if leaving would interrupt a run or lose trained weights. */
export function losesByLeaving({ trainingActive, outcome, runs, elsewhere }: Desk): boolean {
  const searching = runs.some(
    ({ id, state, discarded }) => !discarded && !elsewhere.includes(id) && (state === 'running' || state === 'pausing'),
  );
  return trainingActive || searching || outcome?.notKept !== undefined;
}

/** Asks before the page is left if something would be lost. */
export function watchLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  let asks = false;
  desk.subscribe((now) => {
    if (losesByLeaving(now) === asks) return;
    asks = !asks;
    if (asks) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  });
}

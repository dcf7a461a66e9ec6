// Leaving the page asks first while work runs, or where what was learned is kept nowhere. Only then: a page that listens cannot be kept by the browser for going back.
import { type Desk, desk } from '../state/desk';

/** True while something runs here that leaving would cut off, or what was trained would go with the page. */
export function losesByLeaving({ trainingActive, outcome, runs, elsewhere }: Desk): boolean {
  const searching = runs.some(
    ({ id, state, discarded }) => !discarded && !elsewhere.includes(id) && (state === 'running' || state === 'pausing'),
  );
  return trainingActive || searching || outcome?.notKept !== undefined;
}

/** Asks before the page is left where something would be lost. */
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

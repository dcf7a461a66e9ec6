// Leaving the page while work runs asks first. Only then: a page that listens cannot be kept by the browser for going back.
import { type Desk, desk } from './desk';

/** True while something runs here that leaving would cut off. */
export function isWorking({ trainingActive, runs, elsewhere }: Desk): boolean {
  const searching = runs.some(
    ({ id, state, discarded }) => !discarded && !elsewhere.includes(id) && (state === 'running' || state === 'pausing'),
  );
  return trainingActive || searching;
}

/** Asks before the page is left while work runs. */
export function watchLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  let asks = false;
  desk.subscribe((now) => {
    if (isWorking(now) === asks) return;
    asks = !asks;
    if (asks) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  });
}

// "May lose at most 1.0 points": starts the search for the smallest such policy on the method that needs least time.
import { type Desk, desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';
import { startSearch } from './queue';
import { runFits, runsListed } from './selectors';

/** Images of the search; the others of the validation split are left for the proof. */
const SEARCH_IMAGES = 512;

/** Starts the search for the smallest policy that loses at most so many points. The form stays as it is. */
export function findSmallest(points: number): void {
  const { searchForm, dataset } = desk.getState();
  const images = Math.min(SEARCH_IMAGES, Math.floor((dataset?.validation ?? SEARCH_IMAGES) / 4));
  startSearch({
    ...searchForm,
    method: 'outputError',
    options: {},
    limitKind: 'loss',
    limits: { ...searchForm.limits, loss: points },
    images: Math.max(1, images),
    steps: 0,
  });
}

/** The newest run with a limit on its loss, on what is in use. */
export function lossRun(state: Pick<Desk, 'runs' | 'networkId' | 'datasetId' | 'network'>): SearchRun | undefined {
  return runsListed(state).find((run) => run.setting.lose !== undefined && runFits(run, state));
}

// What the page does not need before its first drag, loaded and started right after the first picture: stored searches and
// runs, other tabs, imports, the address. `import`s without names only have their code at hand.
import './import/dropped';
import { recallHandIns } from './challenges/handIns';
import { watchEngines } from './engines/engines';
import { watchImports } from './import/importing';
import { watchLessons } from './lessons/player';
import { followAddress } from './link/address';
import { watchUnlisted } from './network/unlisted';
import { keepSite } from './offline/updates';
import './policy/budgeted';
import { startSearches } from './search/queue';
import { withCode } from './state/code';
import { watchInterrupted } from './train/interrupted';
import { watchLeaving } from './train/leaving';
import { watchTrainingTabs } from './train/tabs';

/** Starts all of it; called once. */
export function startRest(): void {
  watchUnlisted();
  watchEngines();
  startSearches();
  watchInterrupted();
  watchTrainingTabs();
  watchLeaving();
  watchImports();
  recallHandIns();
  followAddress();
  watchLessons();
  const query = new URLSearchParams(location.search);
  const pin = query.get('room');
  if (pin !== null)
    withCode(
      () => import('./room/room'),
      ({ joinRoom }) => joinRoom(pin, query.get('lead')),
    );
  // In a frame the site around it decides what is kept.
  if (window.parent === window) keepSite();
}

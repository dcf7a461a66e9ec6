// The page keeps itself for visits without a network (src/offline/serviceWorker.ts). A new version of the site waits until
// the person asks for it, and is offered only while nothing runs that a reload would interrupt.
import { Workbox } from 'workbox-window';
import { notices } from '../../words/en/notices';
import { hasWeights, shippedName } from '../../zoo/shipped';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import type { Notice } from '../state/notices';
import { losesByLeaving } from '../train/leaving';

let site: Workbox | undefined;

/** Keeps the site once it is in use; browsers without service workers, and pages without https, go on without. */
export function keepSite(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const stop = desk.subscribe(({ phase }) => {
    if (phase !== 'ready') return;
    stop();
    start();
  });
}

function start(): void {
  site = new Workbox('./sw.js');
  site.addEventListener('waiting', offerUpdate);
  site.addEventListener('controlling', ({ isUpdate }) => {
    if (!isUpdate) keepWeightsInUse();
  });
  // Some browsers refuse it in private windows; nothing else needs it.
  site.register().catch(() => undefined);
}

/** The weights of a first visit come before the service worker, so they are asked for once more, from the browser's cache. */
function keepWeightsInUse(): void {
  const { networkId, datasetId } = desk.getState();
  if (!hasWeights(networkId, datasetId)) return;
  for (const type of ['json', 'safetensors'])
    fetch(`./weights/${shippedName(networkId, datasetId)}.${type}`).catch(() => undefined);
}

function offerUpdate(): void {
  const offer: Notice = { text: notices.newVersion, actions: ['update'] };
  let offered = false;
  const show = () => {
    const { notice } = desk.getState();
    const busy = losesByLeaving(desk.getState());
    if (busy && notice === offer) {
      offered = false;
      desk.setState({ notice: null });
    } else if (!busy && !offered && notice === null) {
      offered = true;
      desk.setState({ notice: offer });
      announce(offer.text);
    }
  };
  desk.subscribe(show);
  show();
}

/** Opens the new version, with all that is kept in the address and in this browser. */
export function openUpdate(): void {
  site?.addEventListener('controlling', () => location.reload());
  site?.messageSkipWaiting();
}

// The one place where worker, store and App meet.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BackendName } from './engine/protocol/opening';
import { hasHistory } from './store/link/visited';
import { recallOwnNetworks } from './store/network/own';
import { startSession } from './store/network/session';
import { watchWeights } from './store/network/weights';
import { watchPins } from './store/policy/pins';
import { withCode } from './store/state/code';
import { desk } from './store/state/desk';
import { language, speakGerman } from './store/state/language';
import { setRaceShown, setReproducedShown, setSpeedShown, setTeaching } from './store/state/view';
import { App } from './ui/App';
import { loadChunks } from './ui/parts/chunk';

const BACKENDS: readonly string[] = ['webgpu', 'webgl', 'wasm', 'cpu'] satisfies BackendName[];
const query = new URLSearchParams(location.search);
const asked = query.get('backend') ?? '';
/** The site that shows this page in a frame. */
const host = window.parent === window ? null : query.get('embed');

/** Milliseconds until the code of what nobody does at once is asked for: behind the precomputed results. */
const REST = 300;

/** Acts after the next frame; at once where nobody sees one. */
function afterFrame(act: () => void): void {
  if (document.hidden) act();
  else requestAnimationFrame(() => setTimeout(act));
}

function start(): void {
  watchPins();
  watchWeights();
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  // On few cores the worker takes the time of the first picture.
  afterFrame(() => {
    startSession(
      () => new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' }),
      BACKENDS.includes(asked) ? (asked as BackendName) : undefined,
    );
    setTimeout(
      () =>
        withCode(
          () => import('./store/rest'),
          ({ startRest }) => startRest(),
        ),
      REST,
    );
  });
  if (host !== null)
    withCode(
      () => import('./store/link/embedding'),
      ({ startEmbedding }) => startEmbedding(host),
    );
  const ready = desk.subscribe(({ phase }) => {
    if (phase !== 'ready' && phase !== 'failed') return;
    ready();
    void loadChunks();
  });
}

// Before the first paint; the host may show it again.
if (host !== null) document.documentElement.dataset.hide = 'header';

/** The engine starts with what the link in the address asks for, own networks included, or with what this tab left. */
function begin(): void {
  recallOwnNetworks();
  if (location.hash === '#teach') setTeaching(true);
  if (location.hash === '#bench') setSpeedShown(true);
  if (location.hash === '#reproduced') setReproducedShown(true);
  if (location.hash === '#race') setRaceShown(true);
  if (location.hash === '' && !hasHistory()) start();
  else
    void import('./store/link/address')
      .then(
        ({ followAddress }) => followAddress(),
        // Asked for again by the rest, which says what failed.
        () => undefined,
      )
      .finally(start);
}

// English, which needs no loading, is what is left if other words do not come.
if (language() === 'en') begin();
else void speakGerman().then(begin, begin);

// The one place where worker, store and App meet.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BackendName } from './engine/protocol/opening';
import { followAddress } from './store/address';
import { startImports } from './store/importing';
import { watchInterrupted } from './store/interrupted';
import { watchLeaving } from './store/leaving';
import { recallOwnNetworks } from './store/ownNetworks';
import { startSearches } from './store/searching';
import { startSession } from './store/session';
import { watchTrainingTabs } from './store/trainingTabs';
import { watchUnlisted } from './store/unlisted';
import { watchWeights } from './store/weights';
import { App } from './ui/App';

const BACKENDS: readonly string[] = ['webgpu', 'webgl', 'wasm', 'cpu'] satisfies BackendName[];
const asked = new URLSearchParams(location.search).get('backend') ?? '';

// The engine starts with what the link in the address asks for, own networks included.
recallOwnNetworks();
watchUnlisted();
followAddress();
startSearches();
watchInterrupted();
watchWeights();
watchTrainingTabs();
watchLeaving();
startSession(
  () => new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' }),
  BACKENDS.includes(asked) ? (asked as BackendName) : undefined,
);

startImports(() => new Worker(new URL('./engine/importWorker.ts', import.meta.url), { type: 'module' }));

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// The one place where worker, store and App meet.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BackendName } from './engine/protocol/opening';
import { watchImports } from './store/import/importing';
import { followAddress } from './store/link/address';
import { recallOwnNetworks } from './store/network/own';
import { startSession } from './store/network/session';
import { watchUnlisted } from './store/network/unlisted';
import { watchWeights } from './store/network/weights';
import { watchPins } from './store/policy/pins';
import { startSearches } from './store/search/queue';
import { watchInterrupted } from './store/train/interrupted';
import { watchLeaving } from './store/train/leaving';
import { watchTrainingTabs } from './store/train/tabs';
import { App } from './ui/App';

const BACKENDS: readonly string[] = ['webgpu', 'webgl', 'wasm', 'cpu'] satisfies BackendName[];
const asked = new URLSearchParams(location.search).get('backend') ?? '';

// The engine starts with what the link in the address asks for, own networks included.
recallOwnNetworks();
watchUnlisted();
followAddress();
watchPins();
startSearches();
watchInterrupted();
watchWeights();
watchTrainingTabs();
watchLeaving();
watchImports();
startSession(
  () => new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' }),
  BACKENDS.includes(asked) ? (asked as BackendName) : undefined,
);

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

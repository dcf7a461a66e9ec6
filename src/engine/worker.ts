// The worker: connects the handlers to the page and to the browser's APIs (fetch, files, pictures). The engine starts further
// workers with this script, as members of its pool.
/// <reference lib="webworker" />
// Named imports would let tree shaking drop tfjs' gradients. The core comes first: it defines the flags they read.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import wasmModule from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { forget, isDamaged, keep, keptIds, recall } from '../data/keptFiles';
import { Pool } from '../pool/pool';
import { fetchAsset } from './assets';
import type { BackendOptions } from './backend';
import { decodePicture } from './decodePicture';
import { createHandlers } from './handlers';
import type { DisposableWorker } from './importing';
import { isMember, serveAsMember, spawnMember } from './member';
import { reportPool, reportUnforeseen, type ServerPort, serve } from './serve';

const SITE = new URL('.', self.location.href.replace(/(assets|src\/engine)\/[^/]*$/, ''));

// Half of the memory that the device reports, within bounds, is too much for a tab; a sixteenth is safe on phones.
const memoryBytes = ((navigator as { deviceMemory?: number }).deviceMemory ?? 4) * 1e9;

const wasm: BackendOptions['wasm'] = (onBytes) => fetchAsset(wasmModule, 'tfjs-backend-wasm-simd.wasm', { onBytes });

function serveAsEngine(): void {
  const pool = new Pool(spawnMember);
  const reportFault = serve(
    self as unknown as ServerPort,
    createHandlers({
      assets: (path, options) => fetchAsset(new URL(path, SITE), path, options),
      store: {
        get: recall,
        damaged: isDamaged,
        ids: keptIds,
        delete: forget,
        put: (id, facts, bytes) => keep(id, facts, bytes as Uint8Array<ArrayBuffer>),
      },
      decode: decodePicture,
      now: () => performance.now(),
      wasm,
      cacheBytes: Math.min(384e6, memoryBytes / 16),
      pool,
      spawnReader: () =>
        new Worker(new URL('./importWorker.ts', import.meta.url), { type: 'module' }) as unknown as DisposableWorker,
      onFault: (error) => reportFault(error),
    }),
  );
  reportUnforeseen(self, (error) => reportFault(error));
  reportPool(self as unknown as ServerPort, pool);
}

if (isMember()) serveAsMember(wasm);
else serveAsEngine();

// The whole engine in Node for tests, over a message channel as in a worker, with the site's own files and a memory store.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { createClient, type EngineClient, type Port } from './client';
import { createHandlers } from './handlers';
import type { Handlers } from './protocol/commands';
import type { TrainOptions } from './protocol/training';
import { type ServerPort, serve } from './serve';

const PUBLIC = new URL('../../public/', import.meta.url);

/** A short run of training in float, the same each time. */
export const TRAINING = {
  epochs: 1,
  batchSize: 32,
  learningRate: 0.01,
  schedule: 'cosine',
  momentum: 0.9,
  weightDecay: 0,
  labelSmoothing: 0,
  augment: false,
  imagesPerEpoch: 640,
  seed: 1,
  fromScratch: false,
} as const satisfies TrainOptions;

export interface TestEngine {
  readonly client: EngineClient;
  /** The same commands without a channel between: what is said while one reports is heard at once. */
  readonly handlers: Handlers;
  /** What it keeps between visits. */
  readonly kept: Map<string, { facts: unknown; bytes: Uint8Array }>;
  close(): void;
}

/**
 * Starts an engine, with what an earlier one has kept; a fault of its backend fails the test. Given why, it can keep nothing.
 */
export function startTestEngine(kept: TestEngine['kept'] = new Map(), notKept?: string): TestEngine {
  const channel = new MessageChannel();
  const handlers = createHandlers({
    assets: async (path) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer,
    store: {
      get: async (id) => kept.get(id),
      async put(id, facts, bytes) {
        if (notKept !== undefined) return { kept: false, reason: notKept };
        kept.set(id, { facts: structuredClone(facts), bytes });
        return { kept: true };
      },
      delete: async (id) => void kept.delete(id),
      ids: async () => [...kept.keys()],
    },
    decode: async () => new Uint8Array(4096),
    now: () => performance.now(),
    cacheBytes: 64e6,
    onFault: (error) => {
      throw error;
    },
  });
  serve(channel.port1 as unknown as ServerPort, handlers);
  const client = createClient(channel.port2 as unknown as Port);
  return { client, handlers, kept, close: () => channel.port1.close() };
}

// The whole engine in Node for tests, over a message channel as in a worker, with the site's own files and in-memory
// storage.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { writeProject } from '../formats/project';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createClient, type EngineClient, type Port } from './client';
import { createHandlers } from './handlers';
import type { Handlers } from './protocol/commands';
import type { ImportCard, ImportToken } from './protocol/ownNetworks';
import type { TrainOptions } from './protocol/training';
import { arrayBytes, spawnReader } from './reader.testing';
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
  /** The same commands without a channel between: messages are received synchronously. */
  readonly handlers: Handlers;
  /** Its storage between visits. */
  readonly kept: Map<string, { facts: unknown; bytes: Uint8Array }>;
  /** Bytes of all arrays sent to the engine or received from it so far. */
  crossed(): number;
  close(): void;
}

/** Imports a network through its project file, read like any other; returns the token of the import. */
export async function bring(client: EngineClient, network: Network): Promise<ImportToken> {
  const content = writeProject({
    ...{ network, policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map(), classes: [] },
    ...{
      scheme: { quantizer: 'symmetric', granularity: 'channel' },
      normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
    },
    provenance: { dataset: '', split: 'test', seed: 1, version: '0', backend: '' },
  });
  return (await readCard(client, 'mine.fewbits.safetensors', content)).token as ImportToken;
}

/** The card of a file. */
export async function readCard(client: EngineClient, name: string, content: Uint8Array): Promise<ImportCard> {
  const file = new Blob([content as Uint8Array<ArrayBuffer>]);
  const read = await client.call('readNetwork', { files: [{ name, file }] }).result;
  if ('problem' in read) throw new Error(read.problem.what);
  return read.card;
}

/**
 * Starts an engine, with the storage of an earlier one; a fault of its backend fails the test. With a reason, it can
 * store nothing.
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
    spawnReader,
    onFault: (error) => {
      throw error;
    },
  });
  serve(channel.port1 as unknown as ServerPort, handlers);
  let bytes = 0;
  const port: Port = {
    onmessage: null,
    postMessage(message, transfer) {
      bytes += arrayBytes(message);
      channel.port2.postMessage(message, transfer);
    },
  };
  channel.port2.onmessage = (event) => {
    bytes += arrayBytes(event.data);
    port.onmessage?.(event);
  };
  const client = createClient(port);
  return { client, handlers, kept, crossed: () => bytes, close: () => channel.port1.close() };
}

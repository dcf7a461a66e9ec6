// The reader's own script in a real thread of Node, with the parts of a browser's worker that it uses.
import { Worker } from 'node:worker_threads';
import type { DisposableWorker } from './importing';
import type { ImportReply } from './importWorker';

/** Bytes of all arrays in a message, each counted once. Its source runs in the thread too. */
export function arrayBytes(value: unknown, seen = new Set<ArrayBufferLike>()): number {
  if (typeof value !== 'object' || value === null || value instanceof Blob) return 0;
  const memory = ArrayBuffer.isView(value) ? value.buffer : value instanceof ArrayBuffer ? value : undefined;
  if (memory === undefined) {
    const parts: unknown[] = value instanceof Map ? [...value.values()] : Object.values(value);
    return parts.reduce((sum: number, part) => sum + arrayBytes(part, seen), 0);
  }
  if (seen.has(memory)) return 0;
  seen.add(memory);
  return memory.byteLength;
}

/** Bytes of the arrays of answers: those that the thread still had after sending were copied. */
export interface ReaderCosts {
  copied: number;
  moved: number;
}

const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
${arrayBytes.toString()}
globalThis.self = {
  postMessage(message, transfer) {
    const total = arrayBytes(message);
    const sent = structuredClone(message, { transfer });
    const copied = arrayBytes(message);
    parentPort.postMessage({ sent, copied, moved: total - copied }, transfer.length > 0 ? buffersOf(sent) : []);
  },
};
const buffersOf = ({ inspection }) => [...inspection.network.parameters.values()].map(({ values }) => values.buffer);
const waiting = [];
self.onmessage = (event) => waiting.push(event);
parentPort.on('message', (data) => self.onmessage({ data }));
import('tsx/esm/api').then(async ({ register }) => {
  register();
  await import(workerData);
  for (const event of waiting) self.onmessage(event);
});
`;

/** Starts a reader; `costs` is called with the bytes of its answer. */
export function spawnReader(costs: ReaderCosts = { copied: 0, moved: 0 }): DisposableWorker {
  const script = new URL('./importWorker.ts', import.meta.url).href;
  const thread = new Worker(THREAD, { eval: true, workerData: script });
  const reader: DisposableWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (request) => thread.postMessage(request),
    terminate: () => void thread.terminate(),
  };
  thread.on('message', ({ sent, copied, moved }: ReaderCosts & { sent: ImportReply }) => {
    costs.copied += copied;
    costs.moved += moved;
    reader.onmessage?.({ data: sent } as MessageEvent<ImportReply>);
  });
  thread.on('error', ({ message }) => reader.onerror?.({ message } as ErrorEvent));
  return reader;
}

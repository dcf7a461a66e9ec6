// Starts the members of a pool in Node, as threads.
import { Worker } from 'node:worker_threads';
import type { MemberPort } from '../pool/messages';

// Built, all of fewbits is JavaScript in one folder. From source, Node 20 does not pass tsx on to threads.
const isSource = import.meta.url.endsWith('.ts');
const THREAD = new URL(isSource ? './memberThread.ts' : './memberThread.js', import.meta.url);
const THROUGH_TSX = `
const { workerData } = require('node:worker_threads');
import(workerData.tsx).then(({ register }) => (register(), import(workerData.thread)));`;

function startThread(): Worker {
  if (!isSource) return new Worker(THREAD);
  const workerData = { tsx: import.meta.resolve('tsx/esm/api'), thread: THREAD.href };
  return new Worker(THROUGH_TSX, { eval: true, workerData });
}

/** Starts a thread. It does not keep the program alive. */
export function spawnMember(): MemberPort {
  const thread = startThread();
  const port: MemberPort = {
    onmessage: null,
    onend: null,
    postMessage: (message, transfer) => thread.postMessage(message, transfer as []),
    terminate: () => void thread.terminate(),
  };
  thread.on('message', (message) => port.onmessage?.(message));
  thread.on('messageerror', ({ message: detail }) => port.onend?.({ why: 'unreadable', detail }));
  thread.on('error', ({ message: detail }: Error) => port.onend?.({ why: 'failed', detail }));
  thread.on('exit', (code) => port.onend?.({ why: 'ended', detail: `exit code ${code}` }));
  thread.unref();
  return port;
}

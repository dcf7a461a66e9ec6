import { expect, test } from 'vitest';
import { ImportError } from '../formats/import/importer';
import { type DisposableWorker, importTime, inspectInWorker } from './importing';
import type { ImportReply } from './importWorker';

const inspection = { format: 'X', producer: '', parameters: 0, operations: new Map(), notes: [], unsupported: [] };
const files = [{ name: 'a.onnx', file: new Blob(['x']) }];

/** A worker that runs `act` once it is asked. */
function fake(act: (worker: DisposableWorker) => void) {
  const state = { ended: 0 };
  const worker: DisposableWorker = {
    onmessage: null,
    onerror: null,
    postMessage: () => queueMicrotask(() => act(worker)),
    terminate: () => void state.ended++,
  };
  return { spawn: () => worker, state };
}
const answer = (reply: ImportReply) => (worker: DisposableWorker) =>
  worker.onmessage?.({ data: reply } as MessageEvent<ImportReply>);
const never = new AbortController().signal;

test('the result arrives, and the worker is terminated', async () => {
  const { spawn, state } = fake(answer({ inspection }));
  expect(await inspectInWorker(spawn, files, never)).toBe(inspection);
  expect(state.ended).toBe(1);
});

test('a problem becomes an error with its four sentences', async () => {
  const problem = { what: 'W.', where: 'a.onnx', why: 'Y.', next: 'N.' };
  const { spawn, state } = fake(answer({ problem }));
  await expect(inspectInWorker(spawn, files, never)).rejects.toMatchObject({ name: 'ImportError', ...problem });
  expect(state.ended).toBe(1);
});

test('a reader that never answers is terminated after its time limit', async () => {
  const { spawn, state } = fake(() => {});
  await expect(inspectInWorker(spawn, files, never, 20)).rejects.toThrow(
    'longer than 0.0 seconds and was ended. (a.onnx)',
  );
  expect(state.ended).toBe(1);
});

test('a dying worker and a canceling user leave nothing running', async () => {
  const dying = fake((worker) => worker.onerror?.({ message: 'out of memory' } as ErrorEvent));
  await expect(inspectInWorker(dying.spawn, files, never)).rejects.toThrow('The reader broke down: out of memory.');
  const control = new AbortController();
  const stopped = fake(() => control.abort());
  const error = await inspectInWorker(stopped.spawn, files, control.signal).catch((e: unknown) => e);
  expect(error).not.toBeInstanceOf(ImportError);
  expect([dying.state.ended, stopped.state.ended]).toEqual([1, 1]);
});

test('a reader script that fails to load is not reported as too large a file', async () => {
  const missing = fake((worker) => worker.onerror?.({ type: 'error' } as ErrorEvent));
  await expect(inspectInWorker(missing.spawn, files, never)).rejects.toMatchObject({
    what: 'The reader of such files could not be loaded.',
    next: 'Reload the page, then open the file again.',
  });
});

test('small files get twenty seconds, large ones more', () => {
  expect(importTime(0)).toBe(20_000);
  expect(importTime(100e6)).toBe(120_000);
});

// The worker's side of the protocol: requests in, progress, results and errors out. Works on any message port, so that
// handlers can be tested without a worker.
import type { Pool } from '../pool/pool';
import { toPlainError } from './plainError';
import type { CommandName, Handlers } from './protocol/commands';
import type { Reply, Request } from './protocol/messages';

/** Commands of which a newer request aborts the running one. */
const LATEST_WINS: ReadonlySet<CommandName> = new Set([
  'openDataset',
  'openNetwork',
  'openOwnNetwork',
  'readNetwork',
  'tryInputs',
  'evaluate',
  'evaluateOnDevice',
  'deviceMemory',
  'round',
  'sensitivity',
  'inspectWeights',
  'inspectActivations',
  'attribute',
  'classify',
]);

/** What the server needs of a worker scope or a message port. */
export interface ServerPort {
  postMessage(message: Reply, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}

/** Reports errors in a worker outside of all requests: an error or rejection that nobody has caught. */
export function reportUnforeseen(scope: EventTarget, report: (error: Error) => void): void {
  const unforeseen = (thrown: unknown) => {
    const { name, message, stack } = toPlainError(thrown);
    // A cancellation is not a fault, even if nobody waits for it any more.
    if (name === 'AbortError') return;
    const error = new Error(`an unexpected error occurred (${message}).`, { cause: `${name}: ${message}` });
    report(Object.assign(error, stack !== undefined && { stack }));
  };
  scope.addEventListener('error', (event) => {
    const { error, message } = event as ErrorEvent;
    unforeseen(error ?? message);
  });
  scope.addEventListener('unhandledrejection', (event) => unforeseen((event as PromiseRejectionEvent).reason));
}

/** Milliseconds between two reports of a pool. */
const POOL_INTERVAL = 250;

/** Reports a pool's state to the page when it has changed, at most a few times per second. */
export function reportPool(port: ServerPort, pool: Pool): void {
  let told = '';
  let waiting = false;
  pool.watch(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      const { state } = pool;
      const text = JSON.stringify(state);
      if (text !== told) port.postMessage({ id: -1, kind: 'pool', state }, []);
      told = text;
    }, POOL_INTERVAL);
  });
}

/** Serves requests until the port closes. Returns a function that reports a fault of the backend to the page. */
export function serve(port: ServerPort, handlers: Handlers): (error: Error) => void {
  const running = new Map<number, { command: CommandName; controller: AbortController }>();
  port.onmessage = async ({ data: request }) => {
    const { id } = request;
    if (request.command === 'ping') {
      port.postMessage({ id: -1, kind: 'alive' }, []);
      return;
    }
    if (request.command === 'cancel') {
      running.get(id)?.controller.abort();
      return;
    }
    const { command } = request;
    if (LATEST_WINS.has(command))
      for (const job of running.values()) if (job.command === command) job.controller.abort();
    const controller = new AbortController();
    running.set(id, { command, controller });
    const handler = handlers[command] as (params: unknown, context: unknown) => Promise<unknown>;
    const report = (value: unknown) => port.postMessage({ id, kind: 'progress', value }, []);
    const moved: ArrayBuffer[] = [];
    const move = (memory: ArrayBuffer) => void moved.push(memory);
    try {
      const value = await handler(request.params, { signal: controller.signal, report, move });
      port.postMessage({ id, kind: 'result', value }, moved);
    } catch (error) {
      port.postMessage({ id, kind: 'error', error: toPlainError(error) }, []);
    } finally {
      running.delete(id);
    }
  };
  return (error) => port.postMessage({ id: -1, kind: 'fault', error: toPlainError(error) }, []);
}

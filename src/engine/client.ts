// The page's side of the worker: typed calls, progress, cancellation. Knows nothing of tensors or of React.
import type { PoolState } from '../pool/pool';
import { createHeartbeat } from './heartbeat';
import type { CommandName, Params, Progress, Result } from './protocol/commands';
import type { PlainError, Reply, Request } from './protocol/messages';

/** An error from the worker, with its original name, message and stack. */
export class EngineError extends Error {
  override readonly name: string;
  constructor(error: PlainError) {
    super(error.message);
    this.name = error.name;
    if (error.cause !== undefined) this.cause = error.cause;
    if (error.stack !== undefined) this.stack = error.stack;
  }
}

/** True for the error of a call that was canceled, or superseded by a newer one: not a fault, nothing to show. */
export function isCanceled(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * A running call. `cancel` asks the worker to stop; the promise then rejects with an `AbortError`, or resolves with the
 * partial result.
 */
export interface Call<C extends CommandName> {
  readonly result: Promise<Result<C>>;
  cancel(): void;
}

/** The two members of a worker or a message port that the client needs. */
export interface Port {
  postMessage(message: Request, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Reply>) => void) | null;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  progress(value: unknown): void;
}

export interface EngineClient {
  call<C extends CommandName>(command: C, params: Params<C>, onProgress?: (value: Progress<C>) => void): Call<C>;
  /** Called when the backend fails under a running engine (shader error, lost device). */
  onFault: (error: EngineError) => void;
  /**
   * Called each second that the worker does not answer while calls are pending, with the number of seconds; with 0 when
   * it answers again.
   */
  onSilence: (seconds: number) => void;
  /** Called when the pool of engines has changed, at most a few times per second. */
  onPool: (state: PoolState) => void;
  /** Rejects every running call, e.g. after the worker died. */
  fail(error: PlainError): void;
}

/** Connects a client to a worker (or, in tests, to one end of a `MessageChannel`). */
export function createClient(port: Port): EngineClient {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  const heartbeat = createHeartbeat({
    isAwaited: () => pending.size > 0,
    ask: () => port.postMessage({ id: -1, command: 'ping' }, []),
    onSilence: (seconds) => client.onSilence(seconds),
  });
  const client: EngineClient = {
    call(command, params, onProgress) {
      const id = ++lastId;
      const result = new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject, progress: (value) => onProgress?.(value as never) });
      });
      port.postMessage({ id, command, params } as Request, []);
      heartbeat.watch();
      return { result: result as Promise<never>, cancel: () => port.postMessage({ id, command: 'cancel' }, []) };
    },
    onFault: () => {},
    onSilence: () => {},
    onPool: () => {},
    fail(error) {
      for (const call of pending.values()) call.reject(new EngineError(error));
      pending.clear();
    },
  };
  port.onmessage = ({ data: reply }) => {
    heartbeat.heard();
    if (reply.kind === 'alive') return;
    if (reply.kind === 'pool') {
      client.onPool(reply.state);
      return;
    }
    if (reply.kind === 'fault') {
      client.onFault(new EngineError(reply.error));
      return;
    }
    const call = pending.get(reply.id);
    if (call === undefined) return;
    if (reply.kind === 'progress') {
      call.progress(reply.value);
      return;
    }
    pending.delete(reply.id);
    if (reply.kind === 'result') call.resolve(reply.value);
    else call.reject(new EngineError(reply.error));
  };
  return client;
}

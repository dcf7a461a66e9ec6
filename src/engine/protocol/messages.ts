// The messages on the wire, derived from the map of commands.
import type { PoolState } from '../../pool/pool';
import type { CommandName, Params } from './commands';

/** An error as it is sent between worker and page. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The underlying error, e.g. of a driver: too technical for the page, but useful in a report. */
  readonly cause?: string;
}

export type Request =
  | { [C in CommandName]: { readonly id: number; readonly command: C; readonly params: Params<C> } }[CommandName]
  | { readonly id: number; readonly command: 'cancel' }
  /** Asks for any message; the answer is `alive`. */
  | { readonly id: -1; readonly command: 'ping' };

export type Reply =
  | { readonly id: number; readonly kind: 'progress'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'result'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: PlainError }
  | { readonly id: -1; readonly kind: 'alive' }
  /** Not a reply to a request: the pool of engines has changed. */
  | { readonly id: -1; readonly kind: 'pool'; readonly state: PoolState }
  /** Not a reply to a request: the backend failed (shader error, device lost). `id` is -1. */
  | { readonly id: -1; readonly kind: 'fault'; readonly error: PlainError };

// The messages between an engine and the members of its pool, and how a member ends.
import type { JobName, Jobs } from './jobs';

/** What a member may compute with. */
export type MemberBackend = 'wasm' | 'cpu' | 'webgpu' | 'webgl';

/** An error as it is sent. */
export interface SentError {
  readonly name: string;
  readonly message: string;
}

/** One piece of work; jobs with the same `run` belong together. */
export type JobMessage = {
  [J in JobName]: {
    readonly kind: 'job';
    readonly id: number;
    readonly run: number;
    readonly job: J;
    readonly params: Jobs[J]['params'];
  };
}[JobName];

export type ToMember =
  /** The first message: open this backend. */
  | { readonly kind: 'start'; readonly backend: MemberBackend }
  /** Keep plain data for later jobs. */
  | { readonly kind: 'hold'; readonly key: string; readonly value: unknown }
  /** Forget them, and what was made from them under these keys. */
  | { readonly kind: 'drop'; readonly keys: readonly string[] }
  | JobMessage
  /** Forget the waiting jobs of a run, and end the one in progress at its next breath. */
  | { readonly kind: 'cancel'; readonly run: number }
  /** Asks for any message; the answer is `alive`. */
  | { readonly kind: 'ping' };

export type FromMember =
  | { readonly kind: 'ready'; readonly device: string }
  /** It cannot start. */
  | { readonly kind: 'unable'; readonly error: SentError }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError }
  | { readonly kind: 'alive' };

/** Why a member ended, and what the system said of it. Words are in words/en/status.ts. */
export interface Ending {
  readonly why: 'not started' | 'script not loaded' | 'no backend' | 'silent' | 'failed' | 'unreadable' | 'ended';
  readonly detail?: string;
}

/** In English, for errors and the command line. */
export const inEnglish = ({ why, detail }: Ending): string => (detail === undefined ? why : `${why} (${detail})`);

/** The engine's end of a member: a worker of the page, or a thread of Node. */
export interface MemberPort {
  postMessage(message: ToMember, transfer: Transferable[]): void;
  onmessage: ((message: FromMember) => void) | null;
  /** Called when the member has ended on its own, with the reason. */
  onend: ((ending: Ending) => void) | null;
  terminate(): void;
}

/** Starts a member. @throws Error if there is no memory for one, or no worker may be started. */
export type SpawnMember = () => MemberPort;

// The shape of a member's job.
import type { Held } from './held';

/** What a job has besides its parameters. */
export interface JobContext {
  readonly held: Held;
  /** Aborted when the engine no longer wants the result. */
  readonly signal: AbortSignal;
  /**
   * Lets messages in. A job that takes longer than a batch awaits it between its steps: a member that does not breathe
   * for half a minute is taken for dead, and one that does hears of the abort.
   */
  breathe(): Promise<void>;
}

/** A result, and the buffers in it that are moved instead of copied. */
export interface JobAnswer<R> {
  readonly value: R;
  readonly transfer?: Transferable[];
}

/** A job as a function. Parameters and results are copied by structured clone. */
export type Job<P, R> = (params: P, context: JobContext) => Promise<JobAnswer<R>>;

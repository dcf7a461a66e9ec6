// Stores the state of every unfinished run, so that it can resume after a pause or at another visit. Two files per run
// alternate: if writing one is interrupted, the previous one stays complete.
import { notKeptReason } from '../data/keptFiles';
import { readState, writeState } from '../formats/stateFile';
import type { BlobStore } from './blobStore';

/** Runs of one kind in a store; runs that cannot be stored live as long as this object. */
export class StateKeeper<T> {
  private readonly sequences = new Map<string, number>();
  private readonly held = new Map<string, Uint8Array>();

  /** @param kind the first word of their file names */
  constructor(
    private readonly store: BlobStore,
    private readonly kind: string,
  ) {}

  private slot(run: string, sequence: number): string {
    return `${this.kind}-${run}-${sequence % 2}`;
  }

  /** Stores a run, replacing its previous state. Returns the reason if it will not be there at the next visit. */
  async keep(run: string, kept: T): Promise<string | undefined> {
    const sequence = (this.sequences.get(run) ?? 0) + 1;
    this.sequences.set(run, sequence);
    const bytes = writeState(kept);
    const reason = notKeptReason(await this.store.put(this.slot(run, sequence), { sequence }, bytes));
    if (reason === undefined) this.held.delete(run);
    else this.held.set(run, bytes);
    return reason;
  }

  /** The latest complete state of a run; undefined if there is none. */
  async recall(run: string): Promise<T | undefined> {
    const held = this.held.get(run);
    if (held !== undefined) return readState(held) as T;
    const found = await Promise.all([0, 1].map((sequence) => this.store.get(this.slot(run, sequence))));
    const sequenceOf = (kept: (typeof found)[number]) =>
      (kept?.facts as { sequence: number } | undefined)?.sequence ?? 0;
    const latest = sequenceOf(found[1]) > sequenceOf(found[0]) ? found[1] : found[0];
    if (latest === undefined) return undefined;
    this.sequences.set(run, sequenceOf(latest));
    return readState(latest.bytes) as T;
  }

  /** Deletes the state of a run. */
  async forget(run: string): Promise<void> {
    this.held.delete(run);
    this.sequences.delete(run);
    await Promise.all([0, 1].map((sequence) => this.store.delete(this.slot(run, sequence))));
  }
}

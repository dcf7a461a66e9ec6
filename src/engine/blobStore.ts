// What is kept in this browser between visits.
import type { KeepOutcome } from '../data/keptFiles';

/** Keeps bytes with plain facts beside them, whole or not at all, until the next visit. */
export interface BlobStore {
  get(id: string): Promise<{ readonly facts: unknown; readonly bytes: Uint8Array } | undefined>;
  /** Never rejects. Where it answers `kept: false`, the caller has the page say what is lost with this visit, and why. */
  put(id: string, facts: unknown, bytes: Uint8Array): Promise<KeepOutcome>;
  delete(id: string): Promise<void>;
  /** True when what `recall` found last under an id was damaged, so that it gave nothing. */
  damaged?(id: string): boolean;
  /** The ids under which something is kept. */
  ids?(): Promise<readonly string[]>;
}

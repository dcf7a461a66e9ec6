// Storage in this browser between visits.
import type { KeepOutcome } from '../data/keptFiles';

/** Stores bytes with plain facts until the next visit, completely or not at all. */
export interface BlobStore {
  get(id: string): Promise<{ readonly facts: unknown; readonly bytes: Uint8Array } | undefined>;
  /** Never rejects. If it returns `kept: false`, the caller tells the user what will be lost, and why. */
  put(id: string, facts: unknown, bytes: Uint8Array): Promise<KeepOutcome>;
  delete(id: string): Promise<void>;
  /** True if the last `recall` of an id found damaged data, so that it returned nothing. */
  damaged?(id: string): boolean;
  /** The ids of everything stored. */
  ids?(): Promise<readonly string[]>;
}

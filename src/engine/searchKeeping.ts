// Stores the state of every unfinished search.
import type { SearchState } from '../search/method';
import type { RunPoint } from '../search/run';
import type { BlobStore } from './blobStore';
import type { Spent } from './protocol/searching';
import { StateKeeper } from './stateKeeper';

/** The state of a run so far. */
export interface KeptRun {
  /** Fingerprint of the weights that it searches on. */
  readonly fingerprint: string;
  readonly points: readonly RunPoint[];
  readonly spent: Spent;
  readonly state: SearchState;
}

/** The searches in a store. */
export class RunKeeper extends StateKeeper<KeptRun> {
  constructor(store: BlobStore) {
    super(store, 'search');
  }
}

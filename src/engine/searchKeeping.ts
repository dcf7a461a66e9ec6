// What is kept of every search that is not over.
import type { SearchState } from '../search/method';
import type { RunPoint } from '../search/run';
import type { BlobStore } from './blobStore';
import type { Spent } from './protocol/searching';
import { StateKeeper } from './stateKeeper';

/** A run as far as it has come. */
export interface KeptRun {
  /** Of the weights that it searches on. */
  readonly fingerprint: string;
  readonly points: readonly RunPoint[];
  readonly spent: Spent;
  readonly state: SearchState;
}

/** The searches kept in a store. */
export class RunKeeper extends StateKeeper<KeptRun> {
  constructor(store: BlobStore) {
    super(store, 'search');
  }
}

// How many engines compute, and which backend is fastest.
import type { PoolState } from '../../pool/pool';
import type { Entrant, Paced, RaceStep } from '../../pool/racing';

export type { Entrant, Paced, PoolState, RaceStep };

export interface PoolCommands {
  /** Sets the number of engines, and starts those that are missing. It stays 1 on a GPU. */
  setWorkers: { params: { workers: number }; progress: never; result: PoolState };
  /** Measures how fast entrants evaluate and train the network in use, while the engine is idle. */
  race: { params: { entrants: readonly Entrant[] }; progress: RaceStep; result: undefined };
}

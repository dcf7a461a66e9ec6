// What is kept in this browser between visits, and what a network found there or elsewhere comes as.
import type { Normalization } from '../data/dataset';
import type { KeepOutcome } from '../data/keptFiles';
import type { Network } from '../graph/network';
import type { Rounding } from '../rounding/rounding';
import type { CheckpointInfo } from './protocol/opening';

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

/** A network with where its weights come from. */
export interface FoundNetwork {
  readonly network: Network;
  readonly checkpoint: CheckpointInfo;
  /** What was kept here and cannot be used, in words, where these are the weights in its place. */
  readonly unread?: string;
  /** How it wants its images, when that is not the data set's own way. */
  readonly normalization?: Normalization;
  /** Ranges of its activations, where its file has them. */
  readonly known?: Rounding;
}

// Beginning: a backend, a data set, a network.
import type { CheckpointInfo, FloatAnswers, LoadedNetwork } from '../../core/foundNetwork';
import type { DataSource, LoadProgress } from '../../data/definition';
import type { DatasetId } from '../../data/registry';
import type { AnyNetworkId } from '../../zoo/registry';

export type { CheckpointInfo, DataSource, FloatAnswers, LoadedNetwork, LoadProgress };

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** The backend in use, and why those before it in the order were passed over. */
export interface BackendInfo {
  readonly name: BackendName;
  /** Adapter or processor in words, e.g. "SwiftShader" or "SIMD, 1 thread". */
  readonly device: string;
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** The data set in use. Counts are images. */
export interface DatasetSummary {
  readonly id: DatasetId;
  readonly label: string;
  readonly classes: readonly string[];
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** What to know of how it was read: where it came from, files left out. Sentences, for display. */
  readonly notes: readonly string[];
  /** Why these images, which a person gave, will not be there at the next visit. */
  readonly notKept?: string;
}

export interface OpeningCommands {
  /** Chooses and proves a backend. First command of a session. */
  start: { params: { backend?: BackendName }; progress: LoadProgress; result: BackendInfo };
  /** Opens a data set; `stored` finds what an earlier visit kept. */
  openDataset: {
    params: { dataset: DatasetId; source?: DataSource; seed: number };
    progress: LoadProgress;
    result: DatasetSummary;
  };
  /** The data sets of which an earlier visit kept the images. */
  storedDatasets: { params: Record<string, never>; progress: never; result: readonly DatasetId[] };
  /**
   * Loads a network with the weights in use at the visit before, or shipped, brought by the person, or initial. `weights` asks
   * for others: `untrained` for those from before any training here, else by fingerprint; where they are gone, the answer
   * has another fingerprint. With `choose` they are in use at the next visit, too; `notKept` says why not.
   */
  openNetwork: {
    params: { network: AnyNetworkId; weights?: string; choose?: boolean };
    progress: LoadProgress;
    /** `unread`: weights trained here are not in use because they, as it says, are damaged or do not fit. */
    result: LoadedNetwork & { readonly notKept?: string; readonly unread?: string };
  };
}

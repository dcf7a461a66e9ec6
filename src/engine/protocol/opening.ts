// Opening: a backend, a data set, a network.
import type { CheckpointInfo, FloatAnswers, LoadedNetwork } from '../../core/foundNetwork';
import type { DataSource, LoadProgress } from '../../data/definition';
import type { DatasetId } from '../../data/registry';
import type { AnyNetworkId } from '../../zoo/registry';

export type { CheckpointInfo, DataSource, FloatAnswers, LoadedNetwork, LoadProgress };

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** The backend in use, and why the earlier ones in the order were passed over. */
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
  /** Test images left out for the network in use, because images of its size take more memory. */
  readonly leftOut?: number;
  /** Notes on how it was read: its source, ignored files. Sentences, for display. */
  readonly notes: readonly string[];
  /** Why these images, which the user supplied, will not be there at the next visit. */
  readonly notKept?: string;
}

export interface OpeningCommands {
  /** Chooses a backend and runs its self-test: `backend` and no other, or `prefer` first. First command of a session. */
  start: { params: { backend?: BackendName; prefer?: BackendName }; progress: LoadProgress; result: BackendInfo };
  /** Opens a data set; `stored` uses the images of an earlier visit. */
  openDataset: {
    params: { dataset: DatasetId; source?: DataSource; seed: number };
    progress: LoadProgress;
    result: DatasetSummary;
  };
  /** The data sets whose images an earlier visit stored. */
  storedDatasets: { params: Record<string, never>; progress: never; result: readonly DatasetId[] };
  /**
   * Loads a network with the weights in use at the previous visit, or shipped, imported, or initial ones. `weights`
   * requests others: `untrained` for those from before any training here, otherwise by fingerprint; if those are gone,
   * the result has another fingerprint. With `choose` they will be in use at the next visit, too; `notKept` says why
   * not.
   */
  openNetwork: {
    params: { network: AnyNetworkId; weights?: string; choose?: boolean };
    progress: LoadProgress;
    /** `unread`: why weights trained here are not in use: they are damaged or do not fit. */
    result: LoadedNetwork & { readonly notKept?: string; readonly unread?: string };
  };
}

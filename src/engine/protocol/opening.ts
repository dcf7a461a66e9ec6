// Beginning: a backend, a data set, a network.
import type { DataSource, LoadProgress } from '../../data/definition';
import type { DatasetId } from '../../data/registry';
import type { Architecture } from '../../graph/network';
import type { Proportion } from '../../math/statistics';
import type { AnyNetworkId } from '../../zoo/registry';

export type { DataSource, LoadProgress };

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

/** What a float network said of the test images, kept with weights that were trained from it under rounding. */
export interface FloatAnswers {
  readonly origin: CheckpointInfo['origin'];
  readonly accuracy: Proportion;
  /** A digit for each test image, 1 where it was right; and the fingerprint of the images. */
  readonly right: string;
  readonly images: string;
}

/** Where the weights in use come from. */
export interface CheckpointInfo {
  /** `shipped`: a file of this site; `trained`: trained in this page; `own`: a person's file; `initial`: random numbers. */
  readonly origin: 'shipped' | 'trained' | 'own' | 'initial';
  /** One line: who trained it, how long, on what. */
  readonly recipe: string;
  /** Float accuracy stated by the file, if any, and on how many test images. */
  readonly accuracy?: number;
  readonly images?: number;
  /**
   * Of weights that were trained under rounding: the float network that they came from; null where there was none, or it
   * is not known on these images. Absent where the weights are a float network themselves.
   */
  readonly trainedFrom?: FloatAnswers | null;
  /** Of weights trained here: when training ended (milliseconds since 1970), and what it reached on validation images. */
  readonly trained?: { readonly at: number; readonly accuracy: Proportion };
}

/** What the page knows of a loaded network: its structure and where its weights come from, not the weights. */
export interface LoadedNetwork {
  readonly id: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly architecture: Architecture;
  readonly checkpoint: CheckpointInfo;
  /** What measurements belong to: equal for equal weights, preprocessing and images, at other visits too. */
  readonly fingerprint: string;
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

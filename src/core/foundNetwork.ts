// A network with the origin of its weights: the input of a session, whatever its source.
import type { Normalization } from '../data/dataset';
import type { DatasetId } from '../data/registry';
import type { Architecture, Network } from '../graph/network';
import type { Proportion } from '../math/statistics';
import type { Rounding } from '../rounding/rounding';
import type { AnyNetworkId } from '../zoo/registry';

/** Predictions of a float network on the test images, kept with weights trained from it under rounding. */
export interface FloatAnswers {
  readonly origin: CheckpointInfo['origin'];
  readonly accuracy: Proportion;
  /** One digit per test image, 1 if the prediction was right; and the fingerprint of the images. */
  readonly right: string;
  readonly images: string;
}

/** The origin of the current weights. */
export interface CheckpointInfo {
  /**
   * `shipped`: a file of this site; `trained`: trained in this page; `own`: the user's file; `initial`: random numbers.
   */
  readonly origin: 'shipped' | 'trained' | 'own' | 'initial';
  /** One line: who trained the network, how long, on which data. */
  readonly recipe: string;
  /** Float accuracy stated by the file, if any, and its number of test images. */
  readonly accuracy?: number;
  readonly images?: number;
  /**
   * For weights trained under rounding: the original float network; null if there was none, or if it is unknown on these
   * images. Absent if the weights are a float network.
   */
  readonly trainedFrom?: FloatAnswers | null;
  /** For weights trained here: the end of training (milliseconds since 1970) and the validation accuracy reached. */
  readonly trained?: { readonly at: number; readonly accuracy: Proportion };
}

/** A network with the origin of its weights. */
export interface FoundNetwork {
  readonly network: Network;
  readonly checkpoint: CheckpointInfo;
  /** Why stored weights could not be used, in words, if these weights replace them. */
  readonly unread?: string;
  /** The file's own preprocessing, if it differs from the data set's. */
  readonly normalization?: Normalization;
  /** Activation ranges, if the file has them. */
  readonly known?: Rounding;
}

/** Public facts about the network in use: its structure and the origin of its weights, without the weights. */
export interface LoadedNetwork {
  readonly id: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly architecture: Architecture;
  readonly checkpoint: CheckpointInfo;
  /** What measurements belong to: equal for equal weights, preprocessing and images, at other visits too. */
  readonly fingerprint: string;
  /** Names of what its quantizers learned or its file states, e.g. the steps of LSQ (graph/learned.ts). */
  readonly learned?: readonly string[];
  /**
   * The images of the splits that are measured, and how many test images are left out because images of this size would not
   * fit into memory.
   */
  readonly measured?: { readonly validation: number; readonly test: number; readonly leftOut: number };
}

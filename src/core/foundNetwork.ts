// A network with where its weights come from: what a session takes in use, wherever it was found.
import type { Normalization } from '../data/dataset';
import type { DatasetId } from '../data/registry';
import type { Architecture, Network } from '../graph/network';
import type { Proportion } from '../math/statistics';
import type { Rounding } from '../rounding/rounding';
import type { AnyNetworkId } from '../zoo/registry';

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

/** What may be known of a network in use: its structure and where its weights come from, not the weights. */
export interface LoadedNetwork {
  readonly id: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly architecture: Architecture;
  readonly checkpoint: CheckpointInfo;
  /** What measurements belong to: equal for equal weights, preprocessing and images, at other visits too. */
  readonly fingerprint: string;
}

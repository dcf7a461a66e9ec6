// What policies cost in accuracy: one measured, all layers at all widths, and the images to show.
import type { DatasetId } from '../../data/registry';
import type { BitPolicy, BitWidth } from '../../graph/policy';
import type { PairedDifference, Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import type { AnyNetworkId } from '../../zoo/registry';

/**
 * The images whose class under a policy is not the one that the float network sees, in the split's order: entry `i` of each
 * array is of the same image. Arrays, because a ruined network flips thousands, and every report carries them.
 */
export interface Flips {
  readonly index: Uint32Array;
  /** The true class, the float network's, and the policy's. */
  readonly label: Uint8Array;
  readonly float: Uint8Array;
  readonly now: Uint8Array;
  /** Probability of the class seen minus the runner-up's, in [0, 1]: the float network's and the policy's. */
  readonly floatMargin: Float32Array;
  readonly margin: Float32Array;
}

/** One policy, measured. */
export interface Measurement {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly split: 'validation' | 'test';
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Against these weights unrounded, on the same images: the float network, unless they were trained under rounding. */
  readonly againstFloat: PairedDifference;
  /** What `againstFloat` counts, image by image, and images that both get wrong in different ways. */
  readonly flips: Flips;
  /** Of weights that were trained under rounding: against the float network that they came from, where it is known. */
  readonly againstSource?: PairedDifference;
  /** Accuracy of each class. */
  readonly perClass: readonly Proportion[];
  /** Predicted class of each image measured so far, in the split's order. */
  readonly predictions: Uint8Array;
  /** Speed of this evaluation and the share of layer work that the prefix cache saved, in [0, 1]. */
  readonly imagesPerSecond: number;
  readonly saved: number;
  /** True for the last stage of the request. */
  readonly final: boolean;
}

/** An image of a split with its class; `pixels` is RGBA, row by row. */
export interface LabeledImage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
  readonly label: number;
}

/** What one layer at one width costs when all others stay float: the table behind the estimate. */
export interface SensitivityEntry {
  readonly layer: string;
  readonly tensor: 'weights' | 'activations';
  readonly bits: BitWidth;
  /** Mean cross-entropy minus the float network's, in nats, and accuracy minus the float network's. */
  readonly lossIncrease: number;
  readonly accuracyChange: number;
}

export interface SensitivityTable {
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly images: number;
  readonly floatLoss: number;
  readonly floatAccuracy: number;
  readonly entries: readonly SensitivityEntry[];
}

export interface MeasuringCommands {
  /** Measures a policy in growing stages; a newer request makes an older one stale. */
  evaluate: {
    params: { policy: BitPolicy; scheme: QuantScheme; split: 'validation' | 'test'; stages: readonly number[] };
    progress: Measurement;
    result: Measurement;
  };
  /** Images of a split, to be drawn. */
  pictures: {
    params: { split: 'validation' | 'test'; indices: readonly number[] };
    progress: never;
    result: readonly LabeledImage[];
  };
  /** Measures every layer at every width, in the background. */
  sensitivity: {
    params: { scheme: QuantScheme; images: number; activations: boolean };
    progress: { done: number; total: number; entries: readonly SensitivityEntry[] };
    result: SensitivityTable;
  };
}

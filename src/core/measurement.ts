// What policies cost in accuracy, as data: one measured, and all layers at all widths.
import type { DatasetId } from '../data/registry';
import type { BitPolicy } from '../graph/policy';
import type { PairedDifference, Proportion } from '../math/statistics';
import type { QuantScheme } from '../quant/registry';
import type { SensitivityCell } from '../train/sensitivity';
import type { AnyNetworkId } from '../zoo/registry';

/** The splits that are measured on; training images are only learned from. */
export type MeasuredSplit = 'validation' | 'test';

/** What is measured of a policy: on the first images of a split, as many as each stage says. */
export interface MeasureParams {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly split: MeasuredSplit;
  readonly stages: readonly number[];
}

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
export interface Measured {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly split: MeasuredSplit;
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Accuracy of each class. */
  readonly perClass: readonly Proportion[];
  /** Predicted class of each image measured so far, in the split's order. */
  readonly predictions: Uint8Array;
  /** Of each prediction, as in `Evaluation`. */
  readonly margins: Float32Array;
  /** Speed of this evaluation and the share of layer work that the prefix cache saved, in [0, 1]. */
  readonly imagesPerSecond: number;
  readonly saved: number;
  /** True for the last stage of the request. */
  readonly final: boolean;
}

/** One policy, measured and compared with the float network, image by image. */
export interface Measurement extends Omit<Measured, 'margins'> {
  /** Against these weights unrounded, on the same images: the float network, unless they were trained under rounding. */
  readonly againstFloat: PairedDifference;
  /** What `againstFloat` counts, image by image, and images that both get wrong in different ways. */
  readonly flips: Flips;
  /** Of weights that were trained under rounding: against the float network that they came from, where it is known. */
  readonly againstSource?: PairedDifference;
}

/** An image of a split with its class; `pixels` is RGBA, row by row. */
export interface LabeledImage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
  readonly label: number;
}

/** What each layer costs at each width when all others stay float: the table behind the estimate. */
export interface SensitivityTable {
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly images: number;
  readonly floatLoss: number;
  readonly floatAccuracy: number;
  readonly entries: readonly SensitivityCell[];
}

/** What the table is measured on: the first `images` of the validation split; activations too, or weights alone. */
export interface SensitivityParams {
  readonly scheme: QuantScheme;
  readonly images: number;
  readonly activations: boolean;
}

/** A part of the table: what was measured since the last one, and how much of it is done. */
export interface SensitivityProgress {
  readonly done: number;
  readonly total: number;
  readonly entries: readonly SensitivityCell[];
}

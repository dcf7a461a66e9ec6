// Accuracy of policies as data: one measured policy, and all layers at all widths.
import type { DatasetId } from '../data/registry';
import type { BitPolicy } from '../graph/policy';
import type { PairedDifference, Proportion } from '../math/statistics';
import type { QuantScheme } from '../quant/registry';
import type { SensitivityCell } from '../train/sensitivity';
import type { AnyNetworkId } from '../zoo/registry';

/** The splits for measuring; training images are used for learning only. */
export type MeasuredSplit = 'validation' | 'test';

/** A measurement request: a policy on the first images of a split, in stages of growing size. */
export interface MeasureParams {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly split: MeasuredSplit;
  readonly stages: readonly number[];
}

/**
 * The images whose class under a policy differs from the float network's class, in the split's order: entry `i` of each
 * array concerns the same image. Arrays, because a ruined network flips thousands of images and every report carries
 * them.
 */
export interface Flips {
  readonly index: Uint32Array;
  /** The true class, the float network's class, and the policy's class. */
  readonly label: Uint8Array;
  readonly float: Uint8Array;
  readonly now: Uint8Array;
  /** Probability of the predicted class minus the runner-up's, in [0, 1]: the float network's and the policy's. */
  readonly floatMargin: Float32Array;
  readonly margin: Float32Array;
}

/** One measured policy. */
export interface Measured {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly split: MeasuredSplit;
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** [true class, predicted class]: number of images. */
  readonly confusion: Uint32Array;
  /** Predicted class of each image measured so far, in the split's order. */
  readonly predictions: Uint8Array;
  /** Margin of each prediction, as in `Evaluation`. */
  readonly margins: Float32Array;
  /** Speed of this evaluation and the share of layer work saved by the prefix cache, in [0, 1]. */
  readonly imagesPerSecond: number;
  readonly saved: number;
  /** True for the last stage of the request. */
  readonly final: boolean;
}

/** One policy, measured and compared with the float network, image by image. */
export interface Measurement extends Omit<Measured, 'margins'> {
  /**
   * Compared with the same weights unrounded, on the same images: the float network, except for weights trained under
   * rounding.
   */
  readonly againstFloat: PairedDifference;
  /** The images counted in `againstFloat`, and the images that both misclassify in different ways. */
  readonly flips: Flips;
  /** For weights trained under rounding: compared with the original float network, if known. */
  readonly againstSource?: PairedDifference;
}

/** A policy under a scheme, for choosing codes before anything is measured with them. */
export type RoundingParams = Pick<MeasureParams, 'policy' | 'scheme'>;

/** An image of a split with its class; `pixels` is RGBA, row by row. */
export interface LabeledImage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
  readonly label: number;
}

/** The cost of each width of each layer while all other layers stay float: the table behind the estimate. */
export interface SensitivityTable {
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly scheme: QuantScheme;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly images: number;
  readonly floatLoss: number;
  readonly floatAccuracy: number;
  readonly entries: readonly SensitivityCell[];
}

/** Settings of the table: the first `images` of the validation split; activations too, or weights only. */
export interface SensitivityParams {
  readonly scheme: QuantScheme;
  readonly images: number;
  readonly activations: boolean;
}

/** A part of the table: the cells measured since the last report, and the progress. */
export interface SensitivityProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted: codes of a layer at a width, which come first if the scheme chooses them on images, or cells. */
  readonly of: 'codes' | 'cells';
  readonly entries: readonly SensitivityCell[];
}

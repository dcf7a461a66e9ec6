// ONNX activations in terms of our network.
import type { ActivationCodes } from '../layerRounding';

/** What an operation can read, and its effect. */
export interface Traits {
  /** Accepts the codes of a QuantizeLinear. */
  readonly readsCodes?: true;
  /** Accepts numbers with a pending factor. */
  readonly takesFactor?: true;
  /** Accepts whether numbers are at least 0, instead of numbers. */
  readonly readsCondition?: true;
  /** Can add a lower end to numbers with an upper one. */
  readonly cuts?: true;
  /** Moves axes without computing, also while the channels are two axes. */
  readonly movesGroups?: true;
  /** Rounds its input. */
  readonly rounds?: true;
  /** Produces weights from codes, or rounds them. */
  readonly quantizesWeights?: true;
  /** Keeps channels in place: may stand between the image and the Transpose added by TensorFlow's exporters. */
  readonly keepsChannels?: true;
  /**
   * After a softmax, it does not change the class with the highest value. `left out`: on logits instead of probabilities
   * it has no effect.
   */
  readonly afterSoftmax?: 'left out' | 'converted';
}

/** An ONNX activation in terms of our network. */
export interface GraphValue {
  /** Our node with this output. */
  readonly id: string;
  /** Its shape in ONNX, batch first. */
  readonly dims: readonly number[];
  /**
   * For images: the meaning of each ONNX axis, a permutation of `nchw` that starts with n; with `g` and `k` for `c` while
   * the channels are split into groups and their members. Absent for features.
   */
  readonly axes?: string;
  /** For features flattened from an image in another order: the ONNX index of each of ours. */
  readonly order?: Int32Array;
  /** Between QuantizeLinear and DequantizeLinear: the meaning of the codes. */
  readonly codes?: ActivationCodes;
  /** The last rounding, if nothing was computed since. Our node gives the unrounded numbers. */
  readonly rounded?: ActivationCodes | 'fixed';
  /** The upper end of the numbers, while the lower end is still to come. */
  readonly atMost?: number;
  /** Instead of the numbers of our node: whether they are at least 0. */
  readonly isCondition?: true;
  /** Pending factor from our node's numbers to those of ONNX; only in the page's own files. */
  readonly factor?: number;
}

/** The result of a linear operation, with the pending factor of its input. */
export function scaledAs(result: GraphValue, { factor }: GraphValue): GraphValue {
  return factor === undefined ? result : { ...result, factor };
}

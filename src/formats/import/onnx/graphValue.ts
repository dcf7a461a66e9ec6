// ONNX activations in terms of our network, and the file's statements about their rounding.
import { refuse } from '../refusal';
import { EXPORT_HERE } from './nextSteps';
import type { WeightCodes } from './tensor';

/** The rounding of activations: codes from `low` to `high`, with the zero point `zero`. */
export interface ActivationCodes {
  readonly scale: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** The file's statements about a layer besides its numbers. */
export interface LayerRounding {
  /** The rounding of its input: to codes, or to integers. */
  readonly input?: ActivationCodes | 'fixed';
  /** Factor by which the file multiplies its input beforehand. */
  readonly factor?: number;
  /** Its kernel, in our order: signed integers, with one scale, or one per channel. */
  readonly kernel?: WeightCodes;
  /** Bits of kernels whose codes have no such scales. */
  readonly blockBits?: number;
  /** [channels]: factors of its sums, with the input factor still included. */
  readonly multiplier?: Float32Array;
}

/** What an operation can read, and its effect. */
export interface Traits {
  /** Accepts the codes of a QuantizeLinear. */
  readonly readsCodes?: true;
  /** Accepts numbers with a pending factor. */
  readonly takesFactor?: true;
  /** Can add a lower end to numbers with an upper one. */
  readonly cuts?: true;
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
  /** For images: the meaning of each ONNX axis, a permutation of `nchw` that starts with n. Absent for features. */
  readonly axes?: string;
  /** For features flattened from an image in another order: the ONNX index of each of ours. */
  readonly order?: Int32Array;
  /** Between QuantizeLinear and DequantizeLinear: the meaning of the codes. */
  readonly codes?: ActivationCodes;
  /** The last rounding, if nothing was computed since. Our node gives the unrounded numbers. */
  readonly rounded?: ActivationCodes | 'fixed';
  /** The upper end of the numbers, while the lower end is still to come. */
  readonly atMost?: number;
  /** Pending factor from our node's numbers to those of ONNX; only in the page's own files. */
  readonly factor?: number;
}

/** The result of a linear operation, with the pending factor of its input. */
export function scaledAs(result: GraphValue, { factor }: GraphValue): GraphValue {
  return factor === undefined ? result : { ...result, factor };
}

/** The file's statements about the rounding of its layers, collected while reading. */
export class LayerRoundings {
  /** By the ids of layers. */
  readonly layers = new Map<string, LayerRounding>();
  private readonly found = new Set<GraphValue['rounded']>();
  private readonly read = new Set<GraphValue['rounded']>();

  /** Records the rounding of an activation, and returns the activation. */
  rounded(x: GraphValue): GraphValue {
    this.found.add(x.rounded);
    return x;
  }

  /** Records a layer: `x` is its input. */
  layer(id: string, { rounded, factor }: GraphValue, kernel: WeightCodes | undefined, blockBits?: number): void {
    this.read.add(rounded);
    this.layers.set(id, {
      ...(rounded !== undefined && { input: rounded }),
      ...(factor !== undefined && { factor }),
      ...(kernel ? { kernel } : blockBits !== undefined && { blockBits }),
    });
  }

  /** Records the factors of a layer's sums. */
  multiplied(id: string, multiplier: Float32Array): void {
    this.layers.set(id, {
      ...(this.layers.get(id) ?? refuse('It multiplies what is no layer.', EXPORT_HERE)),
      multiplier,
    });
  }

  /** Number of roundings that no layer reads. */
  get others(): number {
    return [...this.found].filter((rounding) => !this.read.has(rounding)).length;
  }
}

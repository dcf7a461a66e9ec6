// What an ONNX activation is in our network, and what a file says of how it is rounded.
import { refuse } from '../refusal';
import { EXPORT_HERE } from './nextSteps';
import type { WeightCodes } from './tensor';

/** How activations are rounded: codes from `low` to `high`, of which `zero` means zero. */
export interface ActivationCodes {
  readonly scale: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** What a file says of a layer besides its numbers. */
export interface LayerRounding {
  /** How what it reads is rounded: to codes, or to whole numbers. */
  readonly input?: ActivationCodes | 'fixed';
  /** What the numbers that it reads are multiplied with before. */
  readonly factor?: number;
  /** Its kernel, in our order: integers around zero, and one scale, or one for each channel. */
  readonly kernel?: WeightCodes;
  /** Bits of kernels whose codes have no such scales. */
  readonly blockBits?: number;
  /** [channels]: what its sums are multiplied with, the factor not taken out. */
  readonly multiplier?: Float32Array;
}

/** What an operation can read, and what it does to it. */
export interface Traits {
  /** It can read the codes of a QuantizeLinear. */
  readonly readsCodes?: true;
  /** It can work on numbers that are still to be multiplied. */
  readonly takesFactor?: true;
  /** It can put a lower end to numbers that have an upper one. */
  readonly cuts?: true;
  /** It rounds what it reads. */
  readonly rounds?: true;
  /** It gives weights from codes, or rounds them. */
  readonly quantizesWeights?: true;
  /** Channels stay where they are: it may stand between the image and the Transpose that TensorFlow's exporters put there. */
  readonly keepsChannels?: true;
  /**
   * Behind a softmax it does not change which class has the most. `left out`: with logits in place of probabilities it has
   * nothing to do.
   */
  readonly afterSoftmax?: 'left out' | 'converted';
}

/** What an activation of ONNX is in our network. */
export interface GraphValue {
  /** Our node that gives it. */
  readonly id: string;
  /** Its shape in ONNX, batch first. */
  readonly dims: readonly number[];
  /** For images: what each ONNX axis is, a permutation of `nchw` that starts with n. Absent for features. */
  readonly axes?: string;
  /** For features that were an image in another order: the place in ONNX of each of ours. */
  readonly order?: Int32Array;
  /** Between QuantizeLinear and DequantizeLinear: what the codes mean. */
  readonly codes?: ActivationCodes;
  /** Where it was rounded last and nothing was computed since: how. Our node gives the numbers before. */
  readonly rounded?: ActivationCodes | 'fixed';
  /** What the numbers end at, where a lower end is still to come. */
  readonly atMost?: number;
  /** What our node's numbers are multiplied with to become those of ONNX, in files of the page alone. */
  readonly factor?: number;
}

/** The result of something linear, still to be multiplied as what it was computed from. */
export function scaledAs(result: GraphValue, { factor }: GraphValue): GraphValue {
  return factor === undefined ? result : { ...result, factor };
}

/** What a file says of how its layers round, gathered as they come. */
export class LayerRoundings {
  /** By the ids of layers. */
  readonly layers = new Map<string, LayerRounding>();
  private readonly found = new Set<GraphValue['rounded']>();
  private readonly read = new Set<GraphValue['rounded']>();

  /** Notes that an activation is rounded, and gives it back. */
  rounded(x: GraphValue): GraphValue {
    this.found.add(x.rounded);
    return x;
  }

  /** Notes a layer: `x` is what it reads. */
  layer(id: string, { rounded, factor }: GraphValue, kernel: WeightCodes | undefined, blockBits?: number): void {
    this.read.add(rounded);
    this.layers.set(id, {
      ...(rounded !== undefined && { input: rounded }),
      ...(factor !== undefined && { factor }),
      ...(kernel ? { kernel } : blockBits !== undefined && { blockBits }),
    });
  }

  /** Notes what the sums of a layer are multiplied with. */
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

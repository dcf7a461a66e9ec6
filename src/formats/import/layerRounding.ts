// What a file states about the rounding of its layers besides their numbers, collected by the readers of quantized files.
import { refuse } from './refusal';

/** Weights as `code * scale`: signed integers in the tensor's order, and one scale, or one per position on an axis. */
export interface WeightCodes {
  readonly codes: Float32Array;
  readonly scales: Float32Array;
  /** The axis of the scales, if there are several. */
  readonly axis: number;
  /** Number of possible codes per weight, as bits. */
  readonly bits: number;
}

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

interface Rounded {
  /** The last rounding of an activation, if nothing was computed since. */
  readonly rounded?: ActivationCodes | 'fixed';
}

/** The file's statements about the rounding of its layers, collected while reading. */
export class LayerRoundings {
  /** By the ids of layers. */
  readonly layers = new Map<string, LayerRounding>();
  private readonly found = new Set<Rounded['rounded']>();
  private readonly read = new Set<Rounded['rounded']>();

  /** Records the rounding of an activation, and returns the activation. */
  rounded<X extends Rounded>(x: X): X {
    this.found.add(x.rounded);
    return x;
  }

  /** Records a layer: `x` is its input. */
  layer(
    id: string,
    { rounded, factor }: Rounded & { readonly factor?: number },
    kernel: WeightCodes | undefined,
    blockBits?: number,
  ): void {
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
      ...(this.layers.get(id) ??
        refuse('It multiplies what is no layer.', 'Export the network from the page once more.')),
      multiplier,
    });
  }

  /** Number of roundings that no layer reads. */
  get others(): number {
    return [...this.found].filter((rounding) => !this.read.has(rounding)).length;
  }
}

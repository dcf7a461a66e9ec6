// The shape that every quantizer file exports. A quantizer works on one group of numbers that share one parameter set
// (a tensor, a channel, a block); cutting a kernel into groups is granularity.ts' work.
// These plain-number functions are the truth: the tensor twins in nn/ are tested against them element by element.

/** What shares one parameter set: the whole tensor, or one output channel. */
export type Granularity = 'tensor' | 'channel';

/** What a quantizer is asked for. */
export interface QuantSpec {
  /** Bit width, 1-8 for weights and 2-8 for activations. */
  readonly bits: number;
}

export interface Quantizer<P> {
  readonly id: string;
  /** Name on the page. */
  readonly label: string;
  /** What it does, in one plain sentence. */
  readonly summary: string;
  readonly granularities: readonly Granularity[];
  /** Smallest and largest bit width of weights. */
  readonly bits: readonly [min: number, max: number];
  /** Float32 numbers kept for each group (scale, offset...): its memory overhead. */
  readonly parametersPerGroup: number;
  readonly reference: string;
  /** Parameters for the group `x`. An empty or all-zero group gives a grid on which zero is representable. */
  init(x: Float32Array, spec: QuantSpec): P;
  /** Quantized and de-quantized values, as long as `x`. */
  forward(x: Float32Array, params: P, spec: QuantSpec): Float32Array;
  /** The published surrogate gradient with respect to `x`, given `dy` with respect to the output. */
  backward(x: Float32Array, dy: Float32Array, params: P, spec: QuantSpec): Float32Array;
}

/** A bit width or granularity that a quantizer cannot do. */
export class QuantSpecError extends Error {
  override readonly name = 'QuantSpecError';
}

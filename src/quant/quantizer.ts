// The shape that every quantizer file exports. A quantizer works on one group of numbers that share one parameter set
// (a tensor, a channel, a block); cutting a kernel into groups is granularity.ts' work.
// These plain-number functions are the truth: the tensor twins in nn/ are tested against them element by element.

/**
 * What shares one parameter set: the whole tensor, one output channel, or a block of so many consecutive input channels
 * at one tap of one output channel.
 */
export type Granularity = 'tensor' | 'channel' | `block:${number}`;

/** A granularity without the size of its blocks. */
export type GranularityKind = 'tensor' | 'channel' | 'block';

/** Ids of the activation quantizers (activationRegistry.ts). */
export type ActivationQuantizerId = 'uniform' | 'bfp' | 'pact' | 'lsq';

/** How a range is chosen that becomes a grid (ranges.ts). */
export type RangeChoice = 'minMax' | 'percentile' | 'mse';

/** `hessian`: the levels of least error in what the layer gives, which needs images (rounding/choosing/); `mse` without. */
export type WeightRange = RangeChoice | 'hessian';

/** What a quantizer is asked for. */
export interface QuantSpec {
  /** Bit width, 1-8 for weights and 2-8 for activations. */
  readonly bits: number;
  /** Range of evenly spaced grids that follow the data; `minMax` where it is left out. */
  readonly range?: WeightRange;
  /** Bits of a kept scale, for quantizers that offer half precision (DSConv); 32 where it is left out. */
  readonly scaleBits?: 16 | 32;
}

/** Gradients of a quantizer's surrogate. */
export interface QuantGradient<P> {
  /** With respect to `x`, and as long. */
  readonly dx: Float32Array;
  /** With respect to the parameters that are learned; those that follow from the data have none. */
  readonly dp?: Partial<P>;
}

/** Rounds the numbers of one group: all that activations need. */
export interface ActivationQuantizer<P> {
  readonly id: string;
  /** Name on the page. */
  readonly label: string;
  /** What it does, in one plain sentence. */
  readonly summary: string;
  /** What may share one parameter set; the first is what the reference does. */
  readonly granularities: readonly GranularityKind[];
  /** Smallest and largest bit width. */
  readonly bits: readonly [min: number, max: number];
  readonly reference: string;
  /**
   * Names of the parameters that training moves besides the numbers it rounds, in the order in which a network keeps
   * them; absent when all follow from the data.
   */
  readonly learned?: readonly string[];
  /** Parameters for the group `x`. An empty or all-zero group gives parameters under which zero stays zero. */
  init(x: Float32Array, spec: QuantSpec): P;
  /** Quantized and de-quantized values, as long as `x`. */
  forward(x: Float32Array, params: P, spec: QuantSpec): Float32Array;
  /** The published surrogate gradient, given `dy` with respect to the output. */
  backward(x: Float32Array, dy: Float32Array, params: P, spec: QuantSpec): QuantGradient<P>;
}

/** Evenly spaced levels `scale (code - zero) + offset` of codes from 0. */
export interface Line {
  readonly scale: number;
  /** The code of zero: an integer, or halfway between two. */
  readonly zero: number;
  readonly offset: number;
  /** True where `|code - zero|` stands for `code - zero`. */
  readonly magnitude?: true;
}

/** A quantizer of weights, which also says what is kept in a file. */
export interface Quantizer<P> extends ActivationQuantizer<P> {
  /** The activation quantizer that its paper pairs it with. */
  readonly activations: ActivationQuantizerId;
  /** True when its paper trains networks with it: rounding a finished network with it costs much of its accuracy. */
  readonly madeForTraining?: true;
  /** True when its grid spans a range that can be chosen (`range`). */
  readonly hasRange?: true;
  /** True when its numbers can be kept in half precision (`scaleBits: 16`). */
  readonly halfScales?: true;
  /** How many numbers are kept for each group: its memory overhead. */
  numbersPerGroup(bits: number): number;
  /** Codes from 0, each below `2^bits`, as long as `x`. A NaN gets code 0. */
  encode(x: Float32Array, params: P, spec: QuantSpec): Uint8Array;
  /** The float32 numbers kept for the group, `numbersPerGroup` of them. */
  numbers(params: P, spec: QuantSpec): readonly number[];
  /**
   * Values from codes and kept numbers, as another program would: `decode(encode(x), numbers)` is `forward(x)`.
   * Homogeneous of degree 1 in the numbers, so that a batch norm can be folded into a file by multiplying them.
   */
  decode(codes: Uint8Array, numbers: readonly number[], spec: QuantSpec): Float32Array;
  /** The levels of `decode` as lines that are added: what other programs' integers times scales are made of. */
  lines(bits: number, numbers: readonly number[]): readonly Line[];
  /** `decode` of one code as a Python expression of code `c`, kept numbers `n` and `bits`; `f32` rounds to float32. */
  readonly python: string;
}

/** A bit width or granularity that a quantizer cannot do. */
export class QuantSpecError extends Error {
  override readonly name = 'QuantSpecError';
}

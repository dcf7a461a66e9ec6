// The shape that every quantizer file exports. A quantizer works on one group of numbers that share one parameter set
// (a tensor, a channel, a block); granularity.ts splits a kernel into groups. These plain-number functions are the
// reference: the tensor twins in nn/ are tested against them element by element.

/**
 * The numbers that share one parameter set: the whole tensor, one output channel, or a block of this many consecutive
 * input channels at one tap of one output channel.
 */
export type Granularity = 'tensor' | 'channel' | `block:${number}`;

/** A granularity without its block size. */
export type GranularityKind = 'tensor' | 'channel' | 'block';

/** Ids of the activation quantizers (activationRegistry.ts). */
export type ActivationQuantizerId = 'uniform' | 'bfp' | 'pact' | 'lsq' | 'lsqPlus';

/** How the range of a grid is chosen (ranges.ts). */
export type RangeChoice = 'minMax' | 'percentile' | 'mse';

/** `hessian`: the levels of least error in what the layer gives, which needs images (rounding/choosing/); `mse` without. */
export type WeightRange = RangeChoice | 'hessian';

/** The request to a quantizer. */
export interface QuantSpec {
  /** Bit width, 1-8 for weights and 2-8 for activations. */
  readonly bits: number;
  /** Range of evenly spaced grids that are computed from the data; default `minMax`. */
  readonly range?: WeightRange;
  /** Bits of a stored scale, for quantizers that offer half precision (DSConv); default 32. */
  readonly scaleBits?: 16 | 32;
}

/** Gradients of a quantizer's surrogate. */
export interface QuantGradient<P> {
  /** With respect to `x`, with the same length. */
  readonly dx: Float32Array;
  /** With respect to the learned parameters; those computed from the data have none. */
  readonly dp?: Partial<P>;
}

/** Rounds the numbers of one group: all that activations need. */
export interface ActivationQuantizer<P> {
  readonly id: string;
  /** Name on the page. */
  readonly label: string;
  /** What it does, in one plain sentence. */
  readonly summary: string;
  /** The granularities it supports; the first is the paper's. */
  readonly granularities: readonly GranularityKind[];
  /** Smallest and largest bit width. */
  readonly bits: readonly [min: number, max: number];
  readonly reference: string;
  /**
   * Names of the parameters that training moves besides the rounded numbers, in the order in which a network stores
   * them; absent if all are computed from the data.
   */
  readonly learned?: readonly string[];
  /** Parameters for the group `x`. An empty or all-zero group gives parameters under which zero stays zero. */
  init(x: Float32Array, spec: QuantSpec): P;
  /** Quantized and dequantized values, with the length of `x`. */
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

/** A quantizer of weights, which also defines what a file stores. */
export interface Quantizer<P> extends ActivationQuantizer<P> {
  /** The activation quantizer that its paper pairs it with. */
  readonly activations: ActivationQuantizerId;
  /** True if its paper trains networks with it: rounding a finished network with it costs much of its accuracy. */
  readonly madeForTraining?: true;
  /** True if the range of its grid can be chosen (`range`). */
  readonly hasRange?: true;
  /** The parameters of its grid that training moves if it does not recompute them from the weights (`learnedOf`). */
  learnedGrid?(bits: number): readonly string[];
  /** True if its numbers can be stored in half precision (`scaleBits: 16`). */
  readonly halfScales?: true;
  /** How many numbers are stored per group: its memory overhead. */
  numbersPerGroup(bits: number): number;
  /** Codes from 0, each below `2^bits`, with the length of `x`. A NaN gets code 0. */
  encode(x: Float32Array, params: P, spec: QuantSpec): Uint8Array;
  /** The float32 numbers stored for the group, `numbersPerGroup` of them. */
  numbers(params: P, spec: QuantSpec): readonly number[];
  /**
   * Values from codes and stored numbers, as another program would compute them: `decode(encode(x), numbers)` is
   * `forward(x)`. Homogeneous of degree 1 in the numbers, so that a batch norm can be folded into a file by multiplying
   * them.
   */
  decode(codes: Uint8Array, numbers: readonly number[], spec: QuantSpec): Float32Array;
  /** The levels of `decode` as a sum of lines, which other programs' integers times scales are made of. */
  lines(bits: number, numbers: readonly number[]): readonly Line[];
  /**
   * `decode` of one code as a Python expression of code `c`, stored numbers `n` and `bits`; `f32` rounds to float32.
   */
  readonly python: string;
}

/** The parameters that training can move at a width, in the order in which a network stores them. */
export function learnable<P>({ learned, learnedGrid }: Quantizer<P>, bits: number): readonly string[] {
  return learned ?? learnedGrid?.(bits) ?? [];
}

/** A bit width or granularity that a quantizer does not support. */
export class QuantSpecError extends Error {
  override readonly name = 'QuantSpecError';
}

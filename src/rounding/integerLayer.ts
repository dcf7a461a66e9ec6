// Layers as sums of integers: kernel code times input code. float32 adds integers exactly as long as no sum reaches 2^24,
// so every program gets the same sums in whatever order it adds them. With
//   y = sum * multiplier[c] + bias[c],
// where product and sum are each rounded to float32, results are then equal bit for bit. Two programs that add rounded
// products instead can land on different sides of a tie between two codes, and everything after that differs.
//
// Tensors that the policy leaves in float have no codes. Two of them are still rounded to fixed point, finely enough not to
// change results: the image, and the inputs of a global average.
import type { KernelLayout } from '../quant/granularity';
import { type UniformGrid, zeroPoint } from '../quant/uniformGrid';
import type { ActivationRange, ActivationRounding } from './activationRounding';
import { type CodedKernel, centeredCodes } from './codedKernel';

/** float32 represents every integer below 2^24. */
const EXACT_BITS = 24;
/** Minimum bits below the image's largest number, so that each of a pixel's 256 levels spans at least four steps. */
const IMAGE_BITS = 11;

/** A layer that adds integers. */
export interface IntegerLayer {
  /** Codes of the kernel in its order; code 0 is the value 0. */
  readonly codes: Float32Array;
  /** [channels], float32: scale of the input times scale of the kernel, which includes batch norm's factor. */
  readonly multiplier: Float32Array;
  /** Grid of the layer's input, with offset 0. */
  readonly input: UniformGrid;
}

/** The same levels with code 0 at zero: `code * scale`. */
function centered(grid: UniformGrid): UniformGrid {
  const zero = zeroPoint(grid);
  return { scale: grid.scale, offset: 0, minCode: grid.minCode - zero, maxCode: grid.maxCode - zero };
}

/**
 * Fixed-point grid for numbers in a range, so that `terms` of them add up to at most 2^24 steps; undefined for an empty or
 * extreme range. Numbers outside the range are not clipped; their sums are merely rounded.
 */
function fixedPoint({ min, max }: ActivationRange, terms: number): UniformGrid | undefined {
  const scale = 2 ** (Math.ceil(Math.log2(Math.max(-min, max) * terms)) - EXACT_BITS);
  const usual = scale > 2 ** -100 && scale < 2 ** 100;
  return usual ? { scale, offset: 0, minCode: -(2 ** EXACT_BITS), maxCode: 2 ** EXACT_BITS } : undefined;
}

/**
 * A kernel with one scale per channel (`hasOneScale`) as an integer layer. `input` is how the layer rounds its input; a layer
 * that reads the image in float has the `image` range instead. Undefined without either, and when sums could reach 2^24:
 * such layers add rounded products.
 */
export function integerLayer(
  kernel: CodedKernel,
  layout: KernelLayout,
  input: ActivationRounding | undefined,
  image: ActivationRange | undefined,
): IntegerLayer | undefined {
  const { channels } = layout;
  const { codes, scales } = centeredCodes(kernel, layout);
  const magnitudes = new Float64Array(channels);
  codes.forEach((code, i) => {
    magnitudes[i % channels] += Math.abs(code);
  });
  const most = Math.max(1, ...magnitudes);
  let grid: UniformGrid | undefined;
  if (input === undefined) {
    if (2 ** EXACT_BITS / most >= 2 ** IMAGE_BITS) grid = image && fixedPoint(image, most);
  } else if (input.quantizer !== 'bfp') {
    grid = centered(input.grid);
    if (most * Math.max(-grid.minCode, grid.maxCode) >= 2 ** EXACT_BITS) return undefined;
  }
  if (grid === undefined) return undefined;
  const { scale } = grid;
  const multiplier = scales.map((kernelScale) => scale * kernelScale);
  return { codes, multiplier, input: grid };
}

/** Fixed-point grid for a global average over `pixels` numbers per channel; `range` is the range of the averages. */
export function averageGrid(range: ActivationRange, pixels: number): UniformGrid | undefined {
  return fixedPoint(range, 2 * pixels); // twice, because signs cancel in the average but not in partial sums
}

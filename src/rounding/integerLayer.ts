// Layers as sums of integers: code of the kernel times code of what the layer reads. float32 adds integers exactly as long
// as no sum reaches 2^24, so every program gets the same sums, in whatever order it adds them, and with
//   y = sum * multiplier[c] + bias[c],
// product and sum rounded to float32 one by one, the same result bit for bit. Of two programs that add rounded products
// instead, one finds a number above a tie between two codes that the other finds below it, and all that follows differs.
//
// What the policy leaves float has no codes. Two such tensors are rounded to fixed point all the same, finely enough to
// stay what they are: the image, and what a global average adds up.
import type { KernelLayout } from '../quant/granularity';
import { type UniformGrid, zeroPoint } from '../quant/uniformGrid';
import type { ActivationRange, ActivationRounding } from './activationRounding';
import { type CodedKernel, centeredCodes } from './codedKernel';

/** float32 has every integer below. */
const EXACT_BITS = 24;
/** Fewest bits below the image's largest number: a pixel has 256 levels, and each of them gets four more at least. */
const IMAGE_BITS = 11;

/** A layer whose sums are of integers. */
export interface IntegerLayer {
  /** Codes of the kernel in its order, zero meaning zero. */
  readonly codes: Float32Array;
  /** [channels]: scale of the input times scale of the kernel, which has batch norm's factor; float32. */
  readonly multiplier: Float32Array;
  /** Grid of what the layer reads, its offset 0. */
  readonly input: UniformGrid;
}

/** The same levels for codes around zero: `code * scale`, zero among them. */
function centered(grid: UniformGrid): UniformGrid {
  const zero = zeroPoint(grid);
  return { scale: grid.scale, offset: 0, minCode: grid.minCode - zero, maxCode: grid.maxCode - zero };
}

/**
 * Fixed point for numbers of a range, `terms` of which may be added before 2^24 steps are reached; undefined for a range
 * without numbers. Numbers outside of the range are not clipped: their sums are rounded, as all sums were before.
 */
function fixedPoint({ min, max }: ActivationRange, terms: number): UniformGrid | undefined {
  const scale = 2 ** (Math.ceil(Math.log2(Math.max(-min, max) * terms)) - EXACT_BITS);
  const usual = scale > 2 ** -100 && scale < 2 ** 100;
  return usual ? { scale, offset: 0, minCode: -(2 ** EXACT_BITS), maxCode: 2 ** EXACT_BITS } : undefined;
}

/**
 * A kernel of one scale a channel (`hasOneScale`) as an integer layer. `input` is how it rounds what it reads; a layer that
 * reads the image in float has its range instead. Undefined where it has neither, and where sums could reach 2^24: then
 * rounded products are added.
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
  const multiplier = scales.map((own) => scale * own);
  return { codes, multiplier, input: grid };
}

/** Fixed point for a global average of `places` numbers a channel; `range` is that of the averages. */
export function averageGrid(range: ActivationRange, places: number): UniformGrid | undefined {
  return fixedPoint(range, 2 * places); // twice: negative numbers cancel in averages, and not on the way there
}

// Kernels of integer layers as assembly/integerConvolution.ts reads them: what belongs to each slice of eight output channels,
// then panels in which the numbers of one step lie next to each other. Plain numbers; no tensors.
import type { UniformGrid } from '../../quant/uniformGrid';
import type { IntegerLayer } from '../../rounding/integerLayer';

/** The function of assembly/ that adds up a layer. */
export type CodedWork = 'convolveWords' | 'convolveBytes' | 'depthwiseWords';

/** A packed kernel and how to add it up. */
export interface PackedCodes {
  readonly work: CodedWork;
  /** Ends [slices, 3, 8] and panels [slices, kernel rows, steps, 8, 2 words or 4 bytes]. */
  readonly numbers: Int32Array;
  /** Steps whose sums fit 16 bits; 0 where sums of 32 bits are used throughout. */
  readonly block: number;
}

/** What the machine has for products of bytes. */
export interface ByteProducts {
  /** True for convolutions of bytes. */
  readonly convolve: boolean;
  /** True if four of them are added by one instruction. */
  readonly addsFour: boolean;
}

const SLICE = 8;
const MAX_INT16 = 32767;
/** Numbers of 32 bits before the panels, per slice. */
const ENDS = 24;
/** Below this block, bytes take more instructions than words (docs/performance.md). */
const LEAST_BLOCK = 2;

/** True if the codes of a grid are bytes from `minCode` on, with zero among them. */
export function fitsByte({ scale, minCode, maxCode }: UniformGrid): boolean {
  return scale > 0 && Number.isFinite(scale) && minCode <= 0 && maxCode >= 0 && maxCode - minCode <= 255;
}

/**
 * Packs a layer with kernel [kh, kw, cin, cout], [in, out], or if `depthwise` [kh, kw, c, 1]. Undefined if its inputs are not
 * bytes or its results could be NaN.
 */
export function packCodes(
  { codes, multiplier, input }: IntegerLayer,
  bias: Float32Array | undefined,
  shape: readonly number[],
  depthwise: boolean,
  bytes: ByteProducts,
): PackedCodes | undefined {
  const finite = multiplier.every(Number.isFinite) && (bias?.every(Number.isFinite) ?? true);
  if (!fitsByte(input) || !finite) return undefined;
  const channels = multiplier.length;
  const rows = depthwise || shape.length === 2 ? 1 : shape[0];
  const depth = codes.length / channels / rows;
  const most = input.maxCode - input.minCode;
  const sizes = { channels, rows, depth };
  const start = startOf(codes, channels, input.minCode);
  if (!depthwise && bytes.convolve && most < 128 && codes.every((w) => w >= -128 && w < 128)) {
    const block = blockOf(codes, sizes, most);
    if (bytes.addsFour || block >= LEAST_BLOCK)
      return {
        work: 'convolveBytes',
        numbers: pack(codes, sizes, Int8Array, start, multiplier, bias),
        block: bytes.addsFour ? 0 : block,
      };
  }
  return {
    work: depthwise ? 'depthwiseWords' : 'convolveWords',
    numbers: pack(codes, sizes, Int16Array, start, multiplier, bias),
    block: 0,
  };
}

interface Sizes {
  readonly channels: number;
  /** Rows of the kernel. */
  readonly rows: number;
  /** Numbers of a channel in a row. */
  readonly depth: number;
}

/** The sums start from `minCode` times the sum of the weights, because bytes are `code - minCode`. */
function startOf(codes: Float32Array, channels: number, minCode: number): Int32Array {
  const start = new Int32Array(channels);
  if (minCode !== 0) for (let i = 0; i < codes.length; i++) start[i % channels] += minCode * codes[i];
  return start;
}

function pack(
  codes: Float32Array,
  { channels, rows, depth }: Sizes,
  Lanes: Int8ArrayConstructor | Int16ArrayConstructor,
  start: Int32Array,
  multiplier: Float32Array,
  bias: Float32Array | undefined,
): Int32Array {
  const unit = 4 / Lanes.BYTES_PER_ELEMENT;
  const steps = Math.ceil(depth / unit);
  const slices = Math.ceil(channels / SLICE);
  const panel = rows * steps * SLICE; // in numbers of 32 bits
  const numbers = new Int32Array(slices * (ENDS + panel));
  const floats = new Float32Array(numbers.buffer);
  const lanes = new Lanes(numbers.buffer);
  for (let slice = 0; slice < slices; slice++) {
    const from = slice * SLICE;
    const kept = Math.min(SLICE, channels - from);
    const ends = slice * ENDS;
    numbers.set(start.subarray(from, from + kept), ends);
    floats.set(multiplier.subarray(from, from + kept), ends + SLICE);
    if (bias !== undefined) floats.set(bias.subarray(from, from + kept), ends + 2 * SLICE);
    for (let row = 0; row < rows; row++)
      for (let d = 0; d < depth; d++) {
        const step = slices * ENDS + slice * panel + (row * steps + Math.floor(d / unit)) * SLICE;
        const lane = step * unit + (d % unit);
        const weight = (row * depth + d) * channels + from;
        for (let c = 0; c < kept; c++) lanes[lane + c * unit] = codes[weight + c];
      }
  }
  return numbers;
}

/**
 * How many steps of four products can be added in 16 bits, whichever codes up to `most` they read. A lane adds two products
 * per step; its positive and its negative ones are bounded separately.
 */
function blockOf(codes: Float32Array, { channels, rows, depth }: Sizes, most: number): number {
  const limit = Math.floor(MAX_INT16 / most);
  const sums = new Int32Array(4 * channels); // of positive and of negative weights in both lanes
  let block = Math.ceil(depth / 4);
  for (let at = 0; block > 0; at = 0) {
    let fits = block;
    for (let row = 0; row < rows && fits === block; row++)
      for (let d = 0; d < depth && fits === block; d++) {
        const step = (d >> 2) % block;
        if (step === 0 && d % 4 === 0) sums.fill(0);
        const lane = (d & 2) * channels;
        for (let c = 0; c < channels; c++) {
          const weight = codes[at++];
          const sign = weight < 0 ? channels : 0;
          sums[lane + sign + c] += Math.abs(weight);
          if (sums[lane + sign + c] > limit) fits = Math.min(fits, step);
        }
      }
    if (fits === block) return block;
    block = fits;
  }
  return 0;
}

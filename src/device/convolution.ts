// Sums of products of codes: convolutions, depthwise ones, and dense layers as convolutions of one pixel. Activations are codes of
// 8 or 16 bits, whose sums may not fit into 32 bits.

/** Codes of 8 or 16 bits. */
export type Codes = Int8Array | Int16Array;

/** So many products of 16 by 8 bits add up to less than 2^31. */
const PIECE = 511;

/** A window over an image [h, w, c] with `filters` outputs. */
export interface WindowShape {
  readonly input: readonly [h: number, w: number, c: number];
  readonly output: readonly [h: number, w: number, c: number];
  readonly size: readonly [h: number, w: number];
  readonly strides: readonly [h: number, w: number];
  /** Rows above and columns left of the image. */
  readonly before: readonly [top: number, left: number];
}

/** Codes less their zero point, which is 0 for 16 bits, with zeros around them so that no window leaves the image. */
function padded(codes: Codes, zero: number, { input, output, size, strides, before }: WindowShape) {
  const [h, w, c] = input;
  const [top, left] = before;
  const rows = Math.max(top + h, (output[0] - 1) * strides[0] + size[0]);
  const columns = Math.max(left + w, (output[1] - 1) * strides[1] + size[1]);
  const image = new Int16Array(rows * columns * c);
  for (let y = 0; y < h; y++) {
    const to = ((y + top) * columns + left) * c;
    for (let i = 0, from = y * w * c; i < w * c; i++) image[to + i] = codes[from + i] - zero;
  }
  return { image, columns };
}

/** Receives the sum of output `at`, which belongs to a channel. */
type Store = (at: number, sum: number, channel: number) => void;

/**
 * Plain convolution. `kernel` [out, h, w, in] has a multiple of four filters, of which the last may be zeros beyond `output`:
 * four at a time, because reading the image costs as much as multiplying.
 */
export function convolve(
  codes: Codes,
  zero: number,
  kernel: Int8Array,
  bias: ArrayLike<number>,
  shape: WindowShape,
  store: Store,
) {
  const { input, output, size, strides } = shape;
  const [rows, columnsOut, channels] = output;
  const { image, columns } = padded(codes, zero, shape);
  const run = size[1] * input[2];
  const filter = size[0] * run;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columnsOut; x++) {
      const corner = (y * strides[0] * columns + x * strides[1]) * input[2];
      const at = (y * columnsOut + x) * channels;
      for (let c = 0; c < channels; c += 4) {
        // One by one: as a list, the whole function takes 1.7 times as long.
        let [a, b, d, e] = [bias[c], bias[c + 1] ?? 0, bias[c + 2] ?? 0, bias[c + 3] ?? 0];
        let k = c * filter;
        for (let i = 0; i < size[0]; i++) {
          const from = corner + i * columns * input[2];
          for (let start = from; start < from + run; start += PIECE) {
            const end = Math.min(start + PIECE, from + run);
            let p = 0;
            let q = 0;
            let r = 0;
            let s = 0;
            for (let j = start; j < end; j++, k++) {
              const v = image[j];
              p = (p + v * kernel[k]) | 0;
              q = (q + v * kernel[k + filter]) | 0;
              r = (r + v * kernel[k + 2 * filter]) | 0;
              s = (s + v * kernel[k + 3 * filter]) | 0;
            }
            a += p;
            b += q;
            d += r;
            e += s;
          }
        }
        store(at + c, a, c);
        if (c + 1 < channels) store(at + c + 1, b, c + 1);
        if (c + 2 < channels) store(at + c + 2, d, c + 2);
        if (c + 3 < channels) store(at + c + 3, e, c + 3);
      }
    }
}

/** One filter per channel; `kernel` [h, w, c]. */
export function convolveDepthwise(
  codes: Codes,
  zero: number,
  kernel: Int8Array,
  bias: ArrayLike<number>,
  shape: WindowShape,
  store: Store,
) {
  const { output, size, strides } = shape;
  const [rows, columnsOut, channels] = output;
  const { image, columns } = padded(codes, zero, shape);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columnsOut; x++) {
      const corner = (y * strides[0] * columns + x * strides[1]) * channels;
      const at = (y * columnsOut + x) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = bias[c];
        for (let i = 0; i < size[0]; i++)
          for (let j = 0; j < size[1]; j++)
            sum += image[corner + (i * columns + j) * channels + c] * kernel[(i * size[1] + j) * channels + c];
        store(at + c, sum, c);
      }
    }
}

// Sums of products of codes: convolutions, depthwise ones, and dense layers as convolutions of one pixel.

/** A window over an image [h, w, c] with `filters` outputs. */
export interface WindowShape {
  readonly input: readonly [h: number, w: number, c: number];
  readonly output: readonly [h: number, w: number, c: number];
  readonly size: readonly [h: number, w: number];
  readonly strides: readonly [h: number, w: number];
  /** Rows above and columns left of the image. */
  readonly before: readonly [top: number, left: number];
}

/** Codes less their zero point, with zeros around them so that no window leaves the image. */
function padded(codes: Int8Array, zero: number, { input, output, size, strides, before }: WindowShape) {
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
  codes: Int8Array,
  zero: number,
  kernel: Int8Array,
  bias: Int32Array,
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
        let a = 0;
        let b = 0;
        let d = 0;
        let e = 0;
        let k = c * filter;
        for (let i = 0; i < size[0]; i++) {
          const from = corner + i * columns * input[2];
          for (let j = from; j < from + run; j++, k++) {
            const v = image[j];
            a = (a + v * kernel[k]) | 0;
            b = (b + v * kernel[k + filter]) | 0;
            d = (d + v * kernel[k + 2 * filter]) | 0;
            e = (e + v * kernel[k + 3 * filter]) | 0;
          }
        }
        store(at + c, a + bias[c], c);
        if (c + 1 < channels) store(at + c + 1, b + bias[c + 1], c + 1);
        if (c + 2 < channels) store(at + c + 2, d + bias[c + 2], c + 2);
        if (c + 3 < channels) store(at + c + 3, e + bias[c + 3], c + 3);
      }
    }
}

/** One filter per channel; `kernel` [h, w, c]. */
export function convolveDepthwise(
  codes: Int8Array,
  zero: number,
  kernel: Int8Array,
  bias: Int32Array,
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
            sum =
              (sum + image[corner + (i * columns + j) * channels + c] * kernel[(i * size[1] + j) * channels + c]) | 0;
        store(at + c, sum, c);
      }
    }
}

// Second moments of the layer input that a kernel multiplies, on the device: windows are cut out tap by tap, in the
// kernel's order, and multiplied by themselves, and by what the layer's output lacks there.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../graph/network';
import { packSymmetric } from '../math/cholesky';
import type { Moments } from '../rounding/choosing/moments';

/** Windows sampled per batch, evenly spaced: neighbors are nearly redundant. */
const MOST_WINDOWS = 1 << 13;

/** Positions of the sampled windows along rows and columns: `count` of them, `step` apart, starting at `start`. */
interface Places {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Positions along rows and columns, at most `MOST_WINDOWS` in all images together. Batches start at different ones. */
function placesIn(node: Exclude<LayerNode, { op: 'dense' }>, [n, h, w]: readonly number[], batch: number) {
  const along = (size: number, kernel: number, stride: number) => Math.floor((size - kernel) / stride) + 1;
  const [top, bottom, left, right] = node.padding;
  const [dy, dx] = node.dilations ?? [1, 1];
  const rows = along(h + top + bottom, (node.size[0] - 1) * dy + 1, node.strides[0]);
  const columns = along(w + left + right, (node.size[1] - 1) * dx + 1, node.strides[1]);
  let [down, across] = [1, 1];
  while (n * Math.ceil(rows / down) * Math.ceil(columns / across) > MOST_WINDOWS && down * across < rows * columns)
    if (down > across) across++;
    else down++;
  const spread = (all: number, thin: number, stride: number): Places => {
    const first = batch % Math.min(thin, all);
    return { start: first * stride, step: thin * stride, count: Math.ceil((all - first) / thin) };
  };
  return [spread(rows, down, node.strides[0]), spread(columns, across, node.strides[1])] as const;
}

/** Reads `count` rows of `x` [n, h, m], `step` apart; as slices, because tfjs' strided slice takes its time on wasm. */
function every(x: tf.Tensor3D, { start, step, count }: Places): tf.Tensor3D {
  const [n, , m] = x.shape;
  const all = tf.slice(x, [0, start, 0], [n, count * step, m]);
  return step === 1 ? all : tf.slice(tf.reshape<tf.Rank.R3>(all, [n * count, step, m]), [0, 0, 0], [n * count, 1, m]);
}

/** Pixels of `x` [n, h, w, c]: `columns` of `rows`, each [windows, c]; behind the last of either, x goes on for `step - 1`. */
function pixels(x: tf.Tensor4D, rows: Places, columns: readonly Places[]): tf.Tensor2D[] {
  const [n, h, w, c] = x.shape;
  const lines = tf.reshape<tf.Rank.R3>(every(tf.reshape(x, [n, h, w * c]), rows), [n * rows.count, w, c]);
  return columns.map((places) => tf.reshape(every(lines, places), [-1, c]));
}

/** `x` [n, h, w, c] with zeros around it. */
function padTo(x: tf.Tensor4D, [top, bottom, left, right]: readonly number[]): tf.Tensor4D {
  if (top + bottom + left + right === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

/** The output `y` [n, h, w, c] of a layer at the sampled windows of its input: [windows, c]. */
function places(node: Exclude<LayerNode, { op: 'dense' }>, input: readonly number[], y: tf.Tensor4D, batch: number) {
  const of = (places: Places, stride: number) => ({
    start: places.start / stride,
    step: places.step / stride,
    count: places.count,
  });
  const [down, across] = placesIn(node, input, batch);
  const [rows, columns] = [of(down, node.strides[0]), of(across, node.strides[1])];
  return pixels(padTo(y, [0, rows.step - 1, 0, columns.step - 1]), rows, [columns])[0];
}

/** The input `x` [n, h, w, c] at each tap of the windows: [windows, c] each, in the kernel's order. */
function taps(node: Exclude<LayerNode, { op: 'dense' }>, x: tf.Tensor4D, batch: number): tf.Tensor2D[] {
  const [top, bottom, left, right] = node.padding;
  const [down, across] = placesIn(node, x.shape, batch);
  const padded = padTo(x, [top, bottom + down.step - 1, left, right + across.step - 1]);
  const from = (places: Places, by: number) => ({ ...places, start: places.start + by });
  const [dy, dx] = node.dilations ?? [1, 1];
  const columns = Array.from({ length: node.size[1] }, (_, kx) => from(across, kx * dx));
  return Array.from({ length: node.size[0] }, (_, ky) => pixels(padded, from(down, ky * dy), columns)).flat();
}

/** `X^T X` [rows, rows] from both forms of `X`, in three bands of rows; zero above the diagonal blocks, which saves a third. */
function lowerSquare(turned: tf.Tensor2D, windows: tf.Tensor2D): tf.Tensor2D {
  const [columns, rows] = windows.shape;
  const band = Math.ceil(rows / 3);
  const bands: tf.Tensor2D[] = [];
  for (let from = 0; from < rows; from += band) {
    const to = Math.min(rows, from + band);
    const product = tf.matMul<tf.Tensor2D>(
      tf.slice(turned, [from, 0], [to - from, columns]),
      tf.slice(windows, [0, 0], [columns, to]),
    );
    bands.push(
      tf.pad(product, [
        [0, 0],
        [0, rows - to],
      ]),
    );
  }
  return tf.concat(bands, 0);
}

/** The columns of group `g` of `x` [n, c]. */
function columnsOf(x: tf.Tensor2D, groups: number, g: number): tf.Tensor2D {
  const each = x.shape[1] / groups;
  return tf.slice(x, [0, g * each], [-1, each]);
}

/** Tensors of one shape, number by number: [..., tensors]. */
const interleaved = (tensors: readonly tf.Tensor[]) => (tensors.length === 1 ? tensors[0] : tf.stack([...tensors], -1));

/** Sums over the columns of a batch, joined: squares, the columns themselves and, with `lack`, their products with it and itself. */
function sums(node: LayerNode, x: tf.Tensor, lack: tf.Tensor | undefined, batch: number): [tf.Tensor1D, Sizes] {
  const flat = (parts: readonly tf.Tensor[]) => tf.concat(parts.map((part) => tf.reshape<tf.Rank.R1>(part, [-1])));
  if (node.op === 'dense' || node.op === 'conv2d') {
    const parts = node.op === 'dense' ? [x as tf.Tensor2D] : taps(node, x as tf.Tensor4D, batch);
    const groups = node.op === 'dense' ? 1 : (node.groups ?? 1);
    const of = (g: number) => parts.map((part) => (groups === 1 ? part : columnsOf(part, groups, g)));
    const windows = Array.from({ length: groups }, (_, g) => (parts.length === 1 ? of(g)[0] : tf.concat(of(g), 1)));
    const [columns, rows] = windows[0].shape;
    const turned = windows.map((each) => tf.transpose(each)); // because tfjs multiplies that fast on wasm
    const squares = windows.map((each, g) => lowerSquare(turned[g], each));
    const own = [interleaved(squares), interleaved(windows.map((each) => tf.sum(each, 0)))];
    const sizes = { columns, rows, matrices: groups };
    if (lack === undefined) return [flat(own), sizes];
    const y = node.op === 'dense' ? (lack as tf.Tensor2D) : places(node, x.shape, lack as tf.Tensor4D, batch);
    const products = turned.map((each, g) => tf.matMul(each, groups === 1 ? y : columnsOf(y, groups, g)));
    return [flat([...own, tf.concat(products, 1), tf.sum(y, 0)]), sizes];
  }
  const parts = taps(node, x as tf.Tensor4D, batch);
  const [columns, matrices] = parts[0].shape;
  const own = [...parts.flatMap((a) => parts.map((b) => tf.sum(tf.mul(a, b), 0))), ...parts.map((a) => tf.sum(a, 0))];
  const sizes = { columns, rows: parts.length, matrices };
  if (lack === undefined) return [flat(own), sizes];
  const y = places(node, x.shape, lack as tf.Tensor4D, batch);
  return [flat([...own, ...parts.map((a) => tf.sum(tf.mul(a, y), 0)), tf.sum(y, 0)]), sizes];
}

/** Numbers per column, number of columns, and of matrices: one, or one for each group or channel of a depthwise layer. */
interface Sizes {
  readonly columns: number;
  readonly rows: number;
  readonly matrices: number;
}

export interface MomentOptions {
  /** Moments around the mean: a constant added to the layer's output is of no consequence. */
  readonly centered?: boolean;
  /** What the layer's output lacks in a batch, in its shape. The caller does not own the result. */
  readonly lack?: (batch: number) => tf.Tensor;
}

/**
 * Mean second moments over several batches [n, h, w, c] or [n, in], which the caller owns. `products`: means of the products
 * of the input at each row and of `lack`, in the kernel's order; empty without `lack`.
 */
export async function columnMoments(
  node: LayerNode,
  batches: readonly tf.Tensor[],
  { centered = false, lack }: MomentOptions = {},
): Promise<Moments & { readonly products: Float64Array }> {
  let means = new Float64Array();
  let sizes: Sizes = { columns: 0, rows: 0, matrices: 0 };
  let columns = 0;
  for (const [batch, x] of batches.entries()) {
    const all = tf.tidy(() => {
      const [joined, of] = sums(node, x, lack?.(batch), batch);
      sizes = of;
      return joined;
    });
    const values = await all.data();
    all.dispose();
    if (batch === 0) means = new Float64Array(values.length);
    for (let i = 0; i < means.length; i++) means[i] += values[i];
    columns += sizes.columns;
  }
  for (let i = 0; i < means.length; i++) means[i] /= columns;
  const { rows, matrices: count } = sizes;
  const inputs = means.subarray(rows * rows * count, rows * (rows + 1) * count);
  const rest = means.subarray(rows * (rows + 1) * count);
  const channels = rest.length / (rows + 1);
  const [products, lacks] = [rest.slice(0, rows * channels), rest.subarray(rows * channels)];
  const mean = (i: number, matrix: number) => (centered ? inputs[i * count + matrix] : 0);
  for (let i = 0; i < products.length; i++)
    products[i] -=
      mean(Math.floor(i / channels), Math.floor(((i % channels) * count) / channels)) * lacks[i % channels];
  const matrices = Array.from({ length: count }, (_, c) =>
    packSymmetric(rows, (i, j) => means[(i * rows + j) * count + c] - mean(i, c) * mean(j, c)),
  );
  return { rows, matrices, products };
}

// Second moments of the layer input that a kernel multiplies, on the device: windows are cut out tap by tap, in the
// kernel's order, and multiplied by themselves.
import * as tf from '@tensorflow/tfjs-core';
import type { LayerNode } from '../graph/network';
import { packedRow } from '../math/cholesky';
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
  const rows = along(h + top + bottom, node.size[0], node.strides[0]);
  const columns = along(w + left + right, node.size[1], node.strides[1]);
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

/** The input `x` [n, h, w, c] at each tap of the windows: [windows, c] each, in the kernel's order. */
function taps(node: Exclude<LayerNode, { op: 'dense' }>, x: tf.Tensor4D, batch: number): tf.Tensor2D[] {
  const [top, bottom, left, right] = node.padding;
  const padded =
    top + bottom + left + right === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
  const [n, , , c] = padded.shape;
  const [down, across] = placesIn(node, x.shape, batch);
  const end = ({ start, step, count }: Places) => start + (count - 1) * step + 1;
  return Array.from({ length: node.size[0] * node.size[1] }, (_, tap) => {
    const [ky, kx] = [Math.floor(tap / node.size[1]), tap % node.size[1]];
    const read = tf.stridedSlice(
      padded,
      [0, ky + down.start, kx + across.start, 0],
      [n, ky + end(down), kx + end(across), c],
      [1, down.step, across.step, 1],
    );
    return tf.reshape<tf.Rank.R2>(read, [n * down.count * across.count, c]);
  });
}

/** `X^T X` of a batch and its number of columns: [rows, rows], or, for a depthwise layer, [taps, taps, c]. */
function squares(node: LayerNode, x: tf.Tensor, batch: number): { square: tf.Tensor; columns: number } {
  if (node.op === 'dense') return { square: gram(x as tf.Tensor2D), columns: x.shape[0] };
  const parts = taps(node, x as tf.Tensor4D, batch);
  const columns = parts[0].shape[0];
  if (node.op === 'conv2d') return { square: gram(parts.length === 1 ? parts[0] : tf.concat(parts, 1)), columns };
  const pairs = parts.flatMap((a) => parts.map((b) => tf.sum(tf.mul(a, b), 0)));
  return { square: tf.reshape(tf.stack(pairs), [parts.length, parts.length, -1]), columns };
}

/** `x^T x`. Transposed first, because tfjs multiplies that fast on wasm. */
const gram = (x: tf.Tensor2D) => tf.matMul(tf.transpose(x), x);

/** Mean second moments over several batches [n, h, w, c] or [n, in], which the caller owns. */
export async function columnMoments(node: LayerNode, batches: readonly tf.Tensor[]): Promise<Moments> {
  let sums: Float64Array | undefined;
  let columns = 0;
  let shape: readonly number[] = [];
  for (const [batch, x] of batches.entries()) {
    let of = 0;
    const square = tf.tidy(() => {
      const part = squares(node, x, batch);
      of = part.columns;
      return part.square;
    });
    const values = await square.data();
    shape = square.shape;
    square.dispose();
    sums ??= new Float64Array(values.length);
    for (let i = 0; i < sums.length; i++) sums[i] += values[i];
    columns += of;
  }
  const all = sums ?? new Float64Array();
  const [rows, , channels = 1] = shape;
  const matrices = Array.from({ length: channels }, (_, c) => {
    const packed = new Float64Array(packedRow(rows));
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j <= i; j++) packed[at++] = all[(i * rows + j) * channels + c] / columns;
    return packed;
  });
  return { rows, matrices };
}

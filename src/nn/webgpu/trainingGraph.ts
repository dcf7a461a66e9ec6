// Reads a network in the terms of the compiled step: convolutions, each followed by a batch norm, between points, which
// are outputs of ReLUs. Rejects unsupported parts by name; the composed step trains those networks.

import {
  type BatchNormNode,
  type Conv2dNode,
  type DenseNode,
  isSimple,
  type Network,
  type NetworkNode,
} from '../../graph/network';
import { inferShapes } from '../../graph/shapes';
import { filterGradFits } from './convFilterGrad';
import { chunkOf } from './convForward';
import { headFits } from './headKernel';
import { SMALLEST_TILE } from './threadTile';
import { type Geometry, quadsPerThread } from './wgsl';

/** This network or rounding has something that the compiled step does not support. */
export class NotCompilableError extends Error {
  override readonly name = 'NotCompilableError';
}

/** A convolution without bias, and its batch norm. */
export interface Conv {
  readonly id: string;
  readonly norm: BatchNormNode;
  readonly geometry: Geometry;
  readonly reads: Point;
}

/** An activation that layers read: [n, h, w, c]. `readers` in execution order. */
interface PointBase {
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly readers: Conv[];
  /** The other input of a sum added later, at most one. */
  shortcut?: Join;
}
export interface ImagePoint extends PointBase {
  readonly kind: 'image';
}
/** ReLU(BN(conv)). */
export interface NormPoint extends PointBase {
  readonly kind: 'norm';
  readonly conv: Conv;
  /** The pool that reads it; then nothing else does. */
  pooled?: PoolPoint;
}
/** ReLU(BN(conv) + shortcut): an earlier point, every second pixel of it with channels padded, or BN of a projection. */
export interface Join extends PointBase {
  readonly kind: 'join';
  readonly conv: Conv;
  readonly from: { readonly point: Point; readonly half: boolean } | { readonly projection: Conv };
}
/** Maximum of each window. */
export interface PoolPoint extends PointBase {
  readonly kind: 'pool';
  readonly of: NormPoint;
  readonly size: number;
}
export type Point = ImagePoint | NormPoint | Join | PoolPoint;

export interface TrainingGraph {
  readonly image: ImagePoint;
  /** Convolutions and pools in execution order. */
  readonly steps: readonly (Conv | PoolPoint)[];
  /** The input of the global average. */
  readonly last: NormPoint | Join;
  readonly dense: DenseNode;
}

/** The output of a node, in the terms of the compiled step. */
type Value =
  | { readonly is: 'point'; readonly point: Point }
  | { readonly is: 'conv' | 'normed'; readonly conv: Conv }
  | { readonly is: 'subsampled'; readonly point: Point }
  | { readonly is: 'half'; readonly point: Point }
  | { readonly is: 'sum'; readonly conv: Conv; readonly from: Join['from'] }
  | { readonly is: 'average'; readonly point: NormPoint | Join }
  | { readonly is: 'logits'; readonly node: DenseNode; readonly point: NormPoint | Join };

function refuse(node: NetworkNode, why: string): never {
  throw new NotCompilableError(`"${node.id}" (${node.op}): ${why}`);
}

/**
 * The network for batches of `n` images.
 * @throws NotCompilableError naming the node that the compiled step does not support.
 */
export function trainingGraph(network: Network, n: number): TrainingGraph {
  const shapes = inferShapes(network);
  const values = new Map<string, Value>();
  const uses = new Map<string, number>();
  for (const { inputs } of network.nodes) for (const id of inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
  const steps: (Conv | PoolPoint)[] = [];
  let image: ImagePoint | undefined;
  for (const node of network.nodes) {
    const inputs = node.inputs.map((id) => values.get(id) as Value);
    // Everything except points is used only by the next node.
    node.inputs.forEach((id, i) => {
      if (inputs[i].is !== 'point' && uses.get(id) !== 1) refuse(node, `"${id}" is read more than once`);
    });
    const value = read(node, inputs, shapes.get(node.id) as readonly number[], n);
    if (value.is === 'conv') steps.push(value.conv);
    if (value.is === 'point' && value.point.kind === 'pool') steps.push(value.point);
    if (value.is === 'point' && value.point.kind === 'image') image = value.point;
    values.set(node.id, value);
  }
  const end = network.nodes[network.nodes.length - 1];
  const logits = values.get(end.id);
  if (logits?.is !== 'logits' || image === undefined) refuse(end, 'the network does not end with a dense layer');
  for (const value of values.values()) if (value.is === 'point') checkReaders(value.point, logits.point);
  return { image, steps, last: logits.point, dense: logits.node };
}

function read(node: NetworkNode, inputs: readonly Value[], shape: readonly number[], n: number): Value {
  const [first, second] = inputs;
  const [h, w, c] = shape;
  const point = (made: { kind: 'norm'; conv: Conv } | { kind: 'join'; conv: Conv; from: Join['from'] }): Value => {
    const joined: Point = { ...made, h, w, c, readers: [] };
    if (joined.kind === 'join' && 'point' in joined.from) {
      const { point: source } = joined.from;
      if (source.shortcut !== undefined) refuse(node, 'its shortcut begins where another one does');
      source.shortcut = joined;
    }
    return { is: 'point', point: joined };
  };
  switch (node.op) {
    case 'input':
      return { is: 'point', point: { kind: 'image', h, w, c, readers: [] } };
    case 'conv2d':
      if (first.is !== 'point') return refuse(node, 'it reads what no ReLU has gone over');
      return { is: 'conv', conv: convolution(node, first.point, [h, w, c], n) };
    case 'batchNorm':
      if (first.is !== 'conv') return refuse(node, 'it follows no convolution');
      return { is: 'normed', conv: Object.assign(first.conv, { norm: node }) };
    case 'relu':
      if (first.is === 'normed') return point({ kind: 'norm', conv: first.conv });
      if (first.is === 'sum') return point({ kind: 'join', conv: first.conv, from: first.from });
      return refuse(node, 'it follows neither a batch norm nor a sum');
    case 'add':
      return sum(node, first, second, inputs.length);
    case 'subsample':
      if (
        first.is !== 'point' ||
        node.strides.some((s) => s !== 2) ||
        first.point.h !== 2 * h ||
        first.point.w !== 2 * w
      )
        return refuse(node, 'only every second row and column of a ReLU with even sides is known');
      return { is: 'subsampled', point: first.point };
    case 'pad':
      if (first.is !== 'subsampled' || node.padding.some((p) => p > 0))
        return refuse(node, 'only channels behind a subsampling are padded');
      if (node.channels[0] !== node.channels[1] || node.channels[0] % 4 > 0)
        return refuse(node, 'channels are padded by other than the same multiple of 4 on both sides');
      return { is: 'half', point: first.point };
    case 'maxPool': {
      const [size] = node.size;
      if (first.is !== 'point' || first.point.kind !== 'norm')
        return refuse(node, 'it follows no batch norm with ReLU');
      const { point: of } = first;
      const plain = [node.size[1], ...node.strides].every((s) => s === size) && node.padding.every((p) => p === 0);
      if (!plain || of.h % size > 0 || of.w % size > 0)
        return refuse(node, 'its windows overlap or leave something out');
      if (of.pooled) return refuse(node, 'its input is pooled more than once');
      const pooled: PoolPoint = { kind: 'pool', of, size, h, w, c, readers: [] };
      of.pooled = pooled;
      return { is: 'point', point: pooled };
    }
    case 'globalAvgPool':
      if (first.is !== 'point' || first.point.kind === 'image' || first.point.kind === 'pool')
        return refuse(node, 'it follows no ReLU');
      return { is: 'average', point: first.point };
    case 'dense':
      if (first.is !== 'average' || !node.bias)
        return refuse(node, 'only one with bias behind the global average is known');
      if (!headFits(first.point.c, node.units)) return refuse(node, 'too many or uneven channels, or too many classes');
      return { is: 'logits', node, point: first.point };
    default:
      return refuse(node, 'this operation is not known');
  }
}

function convolution(node: Conv2dNode, reads: Point, [oh, ow, co]: readonly number[], n: number): Conv {
  const { size, strides, padding } = node;
  const { h, w, c: ci } = reads;
  if (node.bias) refuse(node, 'it has a bias');
  if (!isSimple(node)) refuse(node, 'groups or dilation');
  if (size[0] !== size[1] || strides[0] !== strides[1] || strides[0] > 2) refuse(node, 'an uneven kernel or stride');
  if (co % 4 > 0 || (ci % 4 > 0 && reads.kind !== 'image')) refuse(node, 'its channels do not divide by 4');
  const geometry: Geometry = { n, h, w, ci, co, k: size[0], stride: strides[0], padding, oh, ow };
  const plane = ((7 * strides[0] + size[0]) ** 2) | 1;
  const fits = (a: number, b: number) =>
    chunkOf(a, plane, size[0] ** 2, quadsPerThread(b), SMALLEST_TILE) !== undefined;
  if (!fits(ci, co) || !fits(co, ci) || !filterGradFits(geometry)) refuse(node, 'its kernel is too large');
  // The batch norm follows.
  const conv = { id: node.id, geometry, reads, norm: undefined as unknown as BatchNormNode };
  reads.readers.push(conv);
  return conv;
}

function sum(node: NetworkNode, first: Value, second: Value, count: number): Value {
  if (count !== 2) return refuse(node, 'only sums of two are known');
  const [main, other] = first.is === 'normed' ? [first, second] : [second, first];
  if (main.is !== 'normed') return refuse(node, 'no batch norm is among its inputs');
  if (other.is === 'normed') return { is: 'sum', conv: main.conv, from: { projection: other.conv } };
  if (other.is === 'point' || other.is === 'half')
    return { is: 'sum', conv: main.conv, from: { point: other.point, half: other.is === 'half' } };
  return refuse(node, 'its shortcut is not known');
}

/** In the backward pass, one kernel finishes the gradient of a point and can add one other. */
function checkReaders(point: Point, last: Point): void {
  const { readers, shortcut, kind } = point;
  if (kind === 'image') return;
  const name = (kind === 'pool' ? point.of : point).conv.id;
  const gradients = readers.length + (shortcut ? 1 : 0);
  const only = point === last || (kind === 'norm' && point.pooled !== undefined);
  if (only ? gradients > 0 : gradients > 2 || readers.length === 0)
    throw new NotCompilableError(`What follows "${name}" is read by others than the compiled step knows.`);
  if (kind !== 'join' || only) return;
  // The first reader stores the sum.
  const { k, stride, padding, oh, ow, h, w } = readers[0].geometry;
  const covers = (before: number, length: number, output: number) =>
    stride <= k - before && length <= (output - 1) * stride + k - before;
  if (!covers(padding[0], h, oh) || !covers(padding[2], w, ow))
    throw new NotCompilableError(`"${readers[0].id}" does not look at all that it reads.`);
}

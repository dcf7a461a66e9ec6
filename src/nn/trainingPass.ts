// The forward pass of training: nodes in order, layers with a given kernel and rounded input, batch norms with the
// statistics of the batch. Trainable and Supernet define these inputs.
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type BatchNormNode, isLayer, type LayerNode, type NetworkNode } from '../graph/network';
import { batchNormTrain } from './batchNorm';
import { convolve } from './convolution';
import { runPlainNode } from './operations';

/** Share of the old running mean or variance kept at each step (PyTorch's momentum 0.1). */
const RUNNING_KEEP = 0.9;

/** The input and kernel of a layer as they are multiplied: rounded. */
export type Product = readonly [input: tf.Tensor, kernel: tf.Tensor];

/** The numbers of a forward pass. */
export type PassParts = OtherParts & (PlainLayers | MixedLayers);

interface PlainLayers {
  /** A layer's rounded input. */
  input(layer: LayerNode, x: tf.Tensor): tf.Tensor;
  /** Its rounded kernel. */
  kernel(layer: LayerNode): tf.Tensor;
}

interface MixedLayers {
  /** A layer's result is the sum of these, before its bias. */
  products(layer: LayerNode, x: tf.Tensor): readonly Product[];
}

interface OtherParts {
  /** The bias of a layer that has one, or the slope of a `prelu`. */
  parameter(node: Pick<NetworkNode, 'id'>, part: 'bias' | 'alpha'): tf.Tensor;
  normalize(node: BatchNormNode, x: tf.Tensor): tf.Tensor;
  /** An input of a sum; unchanged if absent. */
  summand?(input: string, x: tf.Tensor): tf.Tensor;
}

/**
 * Logits [n, classes] of a batch [n, h, w, c], differentiable in everything that `parts` provides. Call inside
 * `tf.tidy`.
 */
export function trainingPass({ nodes }: Architecture, images: tf.Tensor4D, parts: PassParts): tf.Tensor2D {
  const results = new Map<string, tf.Tensor>();
  let last: tf.Tensor = images;
  for (const node of nodes) {
    const inputs = node.inputs.map((id) => results.get(id) as tf.Tensor);
    if (node.op === 'input') last = images;
    else if (isLayer(node)) last = runLayer(node, inputs[0], parts);
    else if (node.op === 'batchNorm') last = parts.normalize(node, inputs[0]);
    else {
      const scaled = node.op === 'add' ? inputs.map((x, i) => parts.summand?.(node.inputs[i], x) ?? x) : inputs;
      last = runPlainNode(node, scaled, (part) => parts.parameter(node, part));
    }
    results.set(node.id, last);
  }
  return last as tf.Tensor2D;
}

function runLayer(node: LayerNode, input: tf.Tensor, parts: PassParts): tf.Tensor {
  const products: readonly Product[] =
    'products' in parts ? parts.products(node, input) : [[parts.input(node, input), parts.kernel(node)]];
  const y = products
    .map(([x, kernel]) => {
      if (node.op === 'dense') return tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);
      return convolve(node, x as tf.Tensor4D, kernel as tf.Tensor4D);
    })
    .reduce<tf.Tensor | undefined>((sum, y) => (sum === undefined ? y : tf.add(sum, y)), undefined) as tf.Tensor;
  return node.bias ? tf.add(y, parts.parameter(node, 'bias')) : y;
}

/** Variables of a batch norm, [c] each; `mean` and `variance` are the running ones. */
export interface BatchNormVariables {
  readonly gamma: tf.Variable;
  readonly beta: tf.Variable;
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
}

/** Statistics of the `count` values of a channel in a batch, [c] each; the variance is biased. */
export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly count: number;
}

/**
 * `x` [n, ..., c] normalized by the statistics of the batch, which `observe` receives; it owns none of them. Call inside
 * `tf.tidy`.
 */
export function normalizeBatch(
  x: tf.Tensor,
  bank: Pick<BatchNormVariables, 'gamma' | 'beta'>,
  epsilon: number,
  observe: (statistics: BatchStatistics) => void,
): tf.Tensor {
  const [gamma, beta] = [bank.gamma, bank.beta] as unknown as tf.Tensor1D[];
  const { y, mean, variance } = batchNormTrain(x, gamma, beta, epsilon);
  observe({ mean, variance, count: x.size / x.shape[x.shape.length - 1] });
  return y;
}

/** Running variances are unbiased. */
const unbiased = (count: number) => count / Math.max(1, count - 1);

/**
 * What the statistics of a batch, or of a `share` of it, add to the running ones in a step (`follow`). The caller owns
 * both.
 */
export function increments(
  { mean, variance, count }: BatchStatistics,
  share = 1,
): { readonly mean: tf.Tensor; readonly variance: tf.Tensor } {
  return {
    mean: tf.mul(mean, share * (1 - RUNNING_KEEP)),
    variance: tf.mul(variance, share * unbiased(count) * (1 - RUNNING_KEEP)),
  };
}

/** The running value after a step: with momentum 0.1, for the sum of the increments of the batch. */
export function follow(running: tf.Variable, increment: tf.Tensor): void {
  tf.tidy(() => running.assign(tf.add(tf.mul(running, RUNNING_KEEP), increment)));
}

/**
 * Pools the statistics of `images` images with the running ones of the `seen` images (of the same size) before them; with
 * none before, replaces them.
 */
export function poolStatistics(
  bank: BatchNormVariables,
  { mean, variance, count }: BatchStatistics,
  images: number,
  seen: number,
): void {
  if (seen > 0) pool(bank, mean, variance, count, (count * seen) / images);
  else {
    bank.mean.assign(mean);
    tf.tidy(() => bank.variance.assign(tf.mul(variance, unbiased(count))));
  }
}

/**
 * Mean and unbiased variance of a channel over the `before` values of the running ones and the `count` values of a
 * batch with its biased variance: exactly, as if computed over all at once (T. F. Chan et al., "Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979).
 */
function pool(bank: BatchNormVariables, mean: tf.Tensor, variance: tf.Tensor, count: number, before: number): void {
  const total = before + count;
  tf.tidy(() => {
    const apart = tf.sub(mean, bank.mean);
    const within = tf.add(tf.mul(bank.variance, before - 1), tf.mul(variance, count));
    const between = tf.mul(tf.square(apart), (before * count) / total);
    bank.mean.assign(tf.add(bank.mean, tf.mul(apart, count / total)));
    bank.variance.assign(tf.div(tf.add(within, between), total - 1));
  });
}

// Runs a network node by node on all its images at once, as it is and with chosen kernels side by side, so that a layer's
// kernel can be chosen once the layer's input is known, with all earlier layers already chosen, and what the layer gives in
// the float network. Only tensors that are still needed are kept.

import * as tf from '@tensorflow/tfjs-core';
import { imagesAtOnce } from '../graph/batch';
import {
  type BatchNormNode,
  isLayer,
  type LayerNode,
  type Network,
  type Parameter,
  parameterName,
} from '../graph/network';
import { runLayer } from '../nn/layerStep';
import { runPlainNode } from '../nn/operations';
import type { ImageSource } from './calibrate';

/** Callbacks of a walk. */
export interface WalkParts {
  /**
   * Called with a layer's input per batch, and what the layer gives in the float network. Returns the kernel to use, in the
   * kernel's order, and the rounded input per batch, or `inputs` itself if the input is not rounded. The walk owns all.
   */
  layer(
    node: LayerNode,
    inputs: readonly tf.Tensor[],
    wanted: readonly tf.Tensor[],
  ): Promise<{ kernel: Float32Array; reads: readonly tf.Tensor[] }>;
  /** Mean and variance [c] of a batch norm; `seen` measures those of its input over all images. */
  normalize(node: BatchNormNode, seen: () => Promise<Statistics>): Statistics | Promise<Statistics>;
  /** Called after every node. */
  turn(): Promise<void>;
  /** Asked after every node: whether the rest of the network need not run. */
  ends?(): boolean;
}

/** Mean and variance of each channel. */
export interface Statistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** Mean and variance of each channel over several batches [..., c]. */
async function statisticsOf(batches: readonly tf.Tensor[]): Promise<Statistics> {
  const parts = await Promise.all(
    batches.map(async (x) => {
      const rows = tf.tidy(() => {
        const { mean, variance } = tf.moments(tf.reshape(x, [-1, x.shape[x.shape.length - 1]]), 0);
        return tf.stack([mean, variance]);
      });
      const values = await rows.data();
      rows.dispose();
      return {
        images: x.shape[0],
        mean: values.slice(0, values.length / 2),
        variance: values.slice(values.length / 2),
      };
    }),
  );
  const all = parts.reduce((sum, { images }) => sum + images, 0);
  const channels = { length: parts[0].mean.length };
  const over = (value: (part: (typeof parts)[number]) => number) =>
    parts.reduce((sum, part) => sum + (part.images / all) * value(part), 0);
  const mean = Float64Array.from(channels, (_, c) => over((part) => part.mean[c]));
  const variance = Float32Array.from(channels, (_, c) =>
    over((part) => part.variance[c] + (part.mean[c] - mean[c]) ** 2),
  );
  return { mean: Float32Array.from(mean), variance };
}

/** The stored statistics of a batch norm. */
export function ownStatistics(network: Network, { id }: BatchNormNode): Statistics {
  const part = (name: string) => network.parameters.get(parameterName(id, name))?.values as Float32Array;
  return { mean: part('mean'), variance: part('variance') };
}

/** A parameter [c] of a node. Call inside `tf.tidy`. */
function tensorOf(network: Network, id: string, part: string): tf.Tensor1D {
  return tf.tensor1d(network.parameters.get(parameterName(id, part))?.values ?? []);
}

/** The output of a batch norm. Call inside `tf.tidy`. */
function normalized(network: Network, node: BatchNormNode, { mean, variance }: Statistics, x: tf.Tensor): tf.Tensor {
  const part = (name: string) => tensorOf(network, node.id, name);
  return tf.batchNorm(x, tf.tensor1d(mean), tf.tensor1d(variance), part('beta'), part('gamma'), node.epsilon);
}

/** What a node gives per batch: in float, and with the kernels chosen so far; one array before anything differs. */
interface Results {
  readonly float: readonly tf.Tensor[];
  readonly chosen: readonly tf.Tensor[];
}

/** Walks through all nodes of a network, given its preprocessed images. */
export async function walkLayers(network: Network, images: ImageSource, parts: WalkParts): Promise<void> {
  const readers = new Map<string, number>();
  for (const { inputs } of network.nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const batch = imagesAtOnce(network);
  const results = new Map<string, Results>();
  const disposeOf = ({ float, chosen }: Results) => tf.dispose([...float, ...chosen]);
  const run = async (node: Network['nodes'][number]): Promise<Results> => {
    if (node.op === 'input') {
      const float = Array.from({ length: Math.ceil(images.length / batch) }, (_, b) =>
        images.batch(b * batch, Math.min(batch, images.length - b * batch)),
      );
      return { float, chosen: float };
    }
    const inputs = node.inputs.map((id) => results.get(id) as Results);
    const isSame = inputs.every(({ float, chosen }) => float === chosen);
    if (isLayer(node)) {
      const { values: own, shape } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const bias = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
      const each = (kernel: Float32Array, reads: readonly tf.Tensor[]) =>
        reads.map((x) =>
          tf.tidy(() => runLayer(node, x, tf.tensor(kernel, [...shape]), bias && tf.tensor1d(bias), undefined)),
        );
      const float = each(own, inputs[0].float);
      try {
        const { kernel, reads } = await parts.layer(node, inputs[0].chosen, float);
        const chosen = isSame && kernel === own && reads === inputs[0].chosen ? float : each(kernel, reads);
        if (reads !== inputs[0].chosen) tf.dispose([...reads]);
        return { float, chosen };
      } catch (error) {
        tf.dispose(float);
        throw error;
      }
    }
    const each = (side: keyof Results, compute: (...x: tf.Tensor[]) => tf.Tensor) =>
      inputs[0][side].map((_, batch) => tf.tidy(() => compute(...inputs.map((input) => input[side][batch]))));
    if (node.op !== 'batchNorm') {
      const plain = (...x: tf.Tensor[]) => runPlainNode(node, x, (part) => tensorOf(network, node.id, part));
      const float = each('float', plain);
      return { float, chosen: isSame ? float : each('chosen', plain) };
    }
    const known = ownStatistics(network, node);
    const statistics = await parts.normalize(node, () => statisticsOf(inputs[0].chosen));
    const float = each('float', (x) => normalized(network, node, known, x));
    const unchanged = isSame && statistics.mean === known.mean && statistics.variance === known.variance;
    return { float, chosen: unchanged ? float : each('chosen', (x) => normalized(network, node, statistics, x)) };
  };
  try {
    for (const node of network.nodes) {
      results.set(node.id, await run(node));
      for (const id of node.inputs) {
        const left = (readers.get(id) as number) - 1;
        readers.set(id, left);
        if (left > 0) continue;
        disposeOf(results.get(id) as Results);
        results.delete(id);
      }
      await parts.turn();
      if (parts.ends?.()) break;
    }
  } finally {
    for (const tensors of results.values()) disposeOf(tensors);
  }
}

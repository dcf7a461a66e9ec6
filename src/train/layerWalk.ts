// Runs a network node by node on all its images at once, so that a layer's kernel can be chosen once the layer's input
// is known, with all earlier layers already chosen. Only tensors that are still needed are kept.
import * as tf from '@tensorflow/tfjs-core';
import { type BatchNormNode, isLayer, type LayerNode, type Network, parameterName } from '../graph/network';
import { runLayer } from '../nn/layerStep';
import { runPlainNode } from '../nn/operations';
import type { ImageSource } from './calibrate';

const BATCH = 64;

/** Callbacks of a walk. */
export interface WalkParts {
  /**
   * Called with a layer's input per batch. Returns the kernel to use, in the kernel's order, and the rounded input per
   * batch, or `inputs` itself if the input is not rounded. The walk owns both.
   */
  layer(node: LayerNode, inputs: readonly tf.Tensor[]): Promise<{ kernel: Float32Array; reads: readonly tf.Tensor[] }>;
  /** Mean and variance [c] of a batch norm, given those of its input over all images. */
  normalize(node: BatchNormNode, seen: Statistics): Statistics;
  /** Called after every node. */
  turn(): Promise<void>;
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

/** The output of a batch norm. Call inside `tf.tidy`. */
function normalized(network: Network, node: BatchNormNode, { mean, variance }: Statistics, x: tf.Tensor): tf.Tensor {
  const part = (name: string) => tf.tensor1d(network.parameters.get(parameterName(node.id, name))?.values ?? []);
  return tf.batchNorm(x, tf.tensor1d(mean), tf.tensor1d(variance), part('beta'), part('gamma'), node.epsilon);
}

/** Walks through all nodes of a network, given its preprocessed images. */
export async function walkLayers(network: Network, images: ImageSource, parts: WalkParts): Promise<void> {
  const readers = new Map<string, number>();
  for (const { inputs } of network.nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const results = new Map<string, tf.Tensor[]>();
  const run = async (node: Network['nodes'][number]): Promise<tf.Tensor[]> => {
    if (node.op === 'input')
      return Array.from({ length: Math.ceil(images.length / BATCH) }, (_, b) =>
        images.batch(b * BATCH, Math.min(BATCH, images.length - b * BATCH)),
      );
    const inputs = node.inputs.map((id) => results.get(id) as tf.Tensor[]);
    const each = (compute: (x: tf.Tensor, batch: number) => tf.Tensor) =>
      inputs[0].map((x, batch) => tf.tidy(() => compute(x, batch)));
    if (isLayer(node)) {
      const { kernel, reads } = await parts.layer(node, inputs[0]);
      const { shape } = network.parameters.get(parameterName(node.id, 'kernel')) ?? { shape: [] };
      const bias = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
      const given = each((_, batch) =>
        runLayer(node, reads[batch], tf.tensor(kernel, [...shape]), bias && tf.tensor1d(bias), undefined),
      );
      if (reads !== inputs[0]) tf.dispose([...reads]);
      return given;
    }
    if (node.op === 'batchNorm') {
      const statistics = parts.normalize(node, await statisticsOf(inputs[0]));
      return each((x) => normalized(network, node, statistics, x));
    }
    return each((_, batch) =>
      runPlainNode(
        node,
        inputs.map((input) => input[batch]),
      ),
    );
  };
  try {
    for (const node of network.nodes) {
      results.set(node.id, await run(node));
      for (const id of node.inputs) {
        const left = (readers.get(id) as number) - 1;
        readers.set(id, left);
        if (left > 0) continue;
        tf.dispose(results.get(id) as tf.Tensor[]);
        results.delete(id);
      }
      await parts.turn();
    }
  } finally {
    for (const tensors of results.values()) tf.dispose(tensors);
  }
}

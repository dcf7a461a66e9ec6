// Models built with tf.layers and saved as tfjs saves them.
import * as tf from '@tensorflow/tfjs';
import type { ModelFile } from '../importer';

/** The output of `model.save`, in files named as by tfjs-node and the browser's download. */
export async function saved(model: tf.LayersModel, shardBytes = 1000): Promise<ModelFile[]> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  const data = new Uint8Array(artifacts.weightData as ArrayBuffer);
  const shards = Array.from({ length: Math.ceil(data.length / shardBytes) }, (_, i) => ({
    name: `net/group1-shard${i + 1}.bin`,
    bytes: data.slice(i * shardBytes, (i + 1) * shardBytes),
  }));
  return [jsonFile(artifacts.modelTopology as object, artifacts.weightSpecs ?? [], shards), ...shards.toReversed()];
}

export function jsonFile(modelTopology: object, weights: readonly object[], shards: readonly ModelFile[]): ModelFile {
  const paths = shards.map(({ name }) => `./${name.slice(4)}`);
  const json = { format: 'layers-model', generatedBy: 'TensorFlow.js tfjs-layers v4.22.0', modelTopology };
  const text = JSON.stringify({ ...json, weightsManifest: [{ paths, weights }] });
  return { name: 'net/model.json', bytes: new TextEncoder().encode(text) };
}

/** Reproducible weights that are nowhere the identity. */
export function randomize(model: tf.LayersModel): void {
  for (const [index, weight] of model.weights.entries()) {
    const kernel = /kernel/.test(weight.name);
    const values = tf.randomUniform(
      weight.shape as number[],
      kernel ? -0.5 : 0.5,
      kernel ? 0.5 : 1.5,
      'float32',
      index,
    );
    weight.write(values);
  }
}

export function residual(): tf.LayersModel {
  const image = tf.input({ shape: [9, 11, 3], name: 'image' });
  const conv = (x: tf.SymbolicTensor, name: string, strides: number, padding: 'same' | 'valid') =>
    tf.layers
      .conv2d({ name, filters: 4, kernelSize: 3, strides, padding, useBias: false })
      .apply(x) as tf.SymbolicTensor;
  const bn = (x: tf.SymbolicTensor, name: string, options = {}) =>
    tf.layers.batchNormalization({ name, ...options }).apply(x) as tf.SymbolicTensor;
  const a = tf.layers.reLU({ maxValue: 6 }).apply(bn(conv(image, 'a', 2, 'same'), 'a_bn')) as tf.SymbolicTensor;
  const b = bn(conv(a, 'b', 1, 'same'), 'b_bn', { scale: false, epsilon: 0.01 });
  const sum = tf.layers.add().apply([a, b]) as tf.SymbolicTensor;
  const relu = tf.layers.activation({ activation: 'relu' }).apply(sum) as tf.SymbolicTensor;
  const deep = tf.layers
    .depthwiseConv2d({ name: 'deep', kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })
    .apply(relu) as tf.SymbolicTensor;
  const short = tf.layers
    .averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })
    .apply(relu) as tf.SymbolicTensor;
  const joined = tf.layers.concatenate().apply([deep, short]) as tf.SymbolicTensor;
  const mean = tf.layers.globalAveragePooling2d({}).apply(joined) as tf.SymbolicTensor;
  const drop = tf.layers.dropout({ rate: 0.5 }).apply(mean) as tf.SymbolicTensor;
  return tf.model({
    inputs: image,
    outputs: tf.layers.dense({ units: 4, name: 'fc' }).apply(drop) as tf.SymbolicTensor,
  });
}

export function chain(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [10, 9, 3],
        filters: 5,
        kernelSize: [3, 2],
        padding: 'valid',
        activation: 'relu',
      }),
      tf.layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
      tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      tf.layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same' }),
      tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [5, 5, 6], center: false })] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 7, activation: 'relu' }),
      tf.layers.dense({ units: 3, useBias: false }),
    ],
  });
}

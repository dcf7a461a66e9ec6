import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../../../nn/backends.testing';
import { fuzz } from '../fuzz.testing';
import { ImportError, type ModelFile } from '../importer';
import { ANSWERS, fixture, images } from '../keras/fixtures.testing';
import { openH5 } from '../keras/h5';
import { difference, logitsOf } from '../thirdParty.testing';
import { tfjsLayers } from './layersModel';
import { chain, jsonFile, randomize, residual, saved } from './savedLayers.testing';

// Comparisons leave our backend in use; models are built on tfjs's own.
beforeEach(async () => {
  await useBackend('cpu');
});

/** Largest difference between predictions of tf.layers and ours, on four images. */
async function compared(model: tf.LayersModel, files: readonly ModelFile[]) {
  const shape = model.inputs[0].shape.slice(1) as [number, number, number];
  const images = tf.randomUniform([4, ...shape], -1, 1, 'float32', 3) as tf.Tensor4D;
  const theirs = (model.predict(images) as tf.Tensor).dataSync();
  const values = images.dataSync() as Float32Array;
  const card = await tfjsLayers.read(files);
  expect(card.unsupported).toEqual([]);
  if (card.network === undefined) throw new Error('no network');
  return { card, difference: difference(await logitsOf(card.network, values), theirs) };
}

describe('imported models match the outputs of tf.layers', () => {
  test('residual, with both paddings on odd sizes, depthwise and batch norms', async () => {
    const model = residual();
    randomize(model);
    const { card, difference: apart } = await compared(model, await saved(model));
    expect(apart).toBeLessThan(1e-5);
    expect(card).toMatchObject({ format: 'TF.js LayersModel', producer: 'TensorFlow.js tfjs-layers v4.22.0' });
    expect(card.parameters).toBe(model.countParams());
  });

  test('activations, named and as layers', async () => {
    const image = tf.input({ shape: [6, 5, 3], name: 'image' });
    const named = ['sigmoid', 'tanh', 'elu', 'swish', 'gelu', 'gelu_new', 'hardSigmoid'] as const;
    let x = image;
    for (const activation of named)
      x = tf.layers
        .conv2d({ filters: 4, kernelSize: 1, activation: activation as 'tanh' })
        .apply(x) as tf.SymbolicTensor;
    for (const layer of [tf.layers.leakyReLU({ alpha: 0.1 }), tf.layers.prelu({ sharedAxes: [1, 2] }), tf.layers.elu()])
      x = layer.apply(tf.layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x)) as tf.SymbolicTensor;
    const logits = tf.layers.dense({ units: 5 }).apply(tf.layers.flatten().apply(x)) as tf.SymbolicTensor;
    const model = tf.model({ inputs: image, outputs: logits });
    randomize(model);
    expect((await compared(model, await saved(model))).difference).toBeLessThan(1e-5);
  });

  test('gates, dilation, several filters per channel and repeated pixels', async () => {
    const image = tf.input({ shape: [7, 6, 3], name: 'image' });
    const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
      layer.apply(x) as tf.SymbolicTensor;
    // TF.js ignores the dilation of this layer, so there is none.
    const deep = apply(tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }), image);
    const apart = tf.layers.conv2d({ filters: 6, kernelSize: [2, 3], dilationRate: [1, 2], padding: 'same' });
    const x = apply(tf.layers.multiply(), [apply(apart, deep), deep]);
    const mean = apply(tf.layers.reshape({ targetShape: [1, 1, 6] }), apply(tf.layers.globalAveragePooling2d({}), x));
    const gate = apply(tf.layers.conv2d({ filters: 6, kernelSize: 1, activation: 'sigmoid' }), mean);
    const wide = apply(tf.layers.upSampling2d({ size: [2, 3] }), apply(tf.layers.multiply(), [x, gate]));
    const outputs = apply(tf.layers.dense({ units: 5 }), apply(tf.layers.flatten(), wide));
    const model = tf.model({ inputs: image, outputs });
    randomize(model);
    expect((await compared(model, await saved(model))).difference).toBeLessThan(1e-4);
  });

  test('nested chains, in one shard and in many', async () => {
    const model = chain();
    randomize(model);
    for (const shardBytes of [1e6, 100]) {
      expect((await compared(model, await saved(model, shardBytes))).difference).toBeLessThan(1e-5);
      await useBackend('cpu');
    }
  });
});

/** The output of `model.save`, with every kernel as codes of `dtype`, and the same model as decoded by TF.js. */
async function quantized(model: tf.LayersModel, dtype: 'uint8' | 'uint16' | 'float16') {
  const specs: tf.io.WeightsManifestEntry[] = [];
  const parts: Uint8Array[] = [];
  for (const { name, shape } of model.weights) {
    const values = model.weights
      .find((weight) => weight.name === name)
      ?.read()
      .dataSync() as Float32Array;
    const [min, scale] = [Math.min(...values), (Math.max(...values) - Math.min(...values)) / 250];
    const code = (v: number) => (dtype === 'float16' ? half(v) : Math.floor((v - min) / scale));
    const codes = dtype === 'uint8' ? Uint8Array.from(values, code) : Uint16Array.from(values, code);
    const quantization = dtype === 'float16' ? { dtype } : { dtype, min, scale };
    specs.push({ name, shape: shape as number[], dtype: 'float32', quantization } as tf.io.WeightsManifestEntry);
    parts.push(new Uint8Array(codes.buffer));
  }
  const shard = { name: 'net/all.bin', bytes: new Uint8Array(parts.flatMap((part) => [...part])) };
  const modelTopology = JSON.parse(model.toJSON(undefined, true) as string);
  const theirs = await tf.loadLayersModel({
    load: async () => ({ modelTopology, weightSpecs: specs, weightData: shard.bytes.buffer }),
  });
  return { theirs, files: [jsonFile(modelTopology, specs, [shard]), shard] };
}

/** Float16 of a float32 by truncation: enough to make codes. */
function half(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const exponent = ((bits >> 23) & 255) - 112;
  return ((bits >> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((bits >> 13) & 1023));
}

test.each(['uint8', 'uint16', 'float16'] as const)(
  'weights stored as %s are what TF.js makes of them',
  async (dtype) => {
    await useBackend('cpu');
    const model = chain();
    randomize(model);
    const { theirs, files } = await quantized(model, dtype);
    const { card, difference: apart } = await compared(theirs, files);
    expect(apart).toBeLessThan(1e-5);
    expect(card.notes[0]).toBe(
      '11 of 11 tensors are stored with 16 bits or fewer: what was rounded then stays rounded.',
    );
  },
);

test('a description in the dialect of Keras 3, with weights prefixed by the model’s name', async () => {
  const root = await openH5(fixture('chain.h5').bytes, 'chain.h5');
  const group = root.child('model_weights');
  const names = ['inner', 'conv2d_1', 'dense'].flatMap((layer) =>
    (group?.child(layer)?.texts('weight_names') ?? []).map((name) => ({ name, path: `${layer}/${name}` })),
  );
  const tensors = names.map(({ name, path }) => ({ name, tensor: group?.numbers(path) }));
  const weights = tensors.map(({ name, tensor }) => ({ name, shape: tensor?.shape, dtype: 'float32' }));
  const numbers = Float32Array.from(tensors.flatMap(({ tensor }) => [...(tensor?.values ?? [])]));
  const shard = { name: 'net/weights.bin', bytes: new Uint8Array(numbers.buffer) };
  const description = { model_config: JSON.parse(root.text('model_config') ?? ''), keras_version: '3.15.1' };
  const { network, unsupported } = await tfjsLayers.read([jsonFile(description, weights, [shard]), shard]);
  expect(unsupported).toEqual([]);
  if (network === undefined) throw new Error('no network');
  expect(difference(await logitsOf(network, images(network, 1)), ANSWERS.chain)).toBeLessThan(1e-5);
});

describe('bad files', () => {
  const files = async () => saved(chain(), 500);
  const error = async (given: readonly ModelFile[]): Promise<ImportError> => {
    const answer = await tfjsLayers.read(given).catch((reason: unknown) => reason);
    if (answer instanceof ImportError) return answer;
    throw new Error(`no ImportError but ${answer}`);
  };

  test('a missing shard is named', async () => {
    const [model, ...shards] = await files();
    expect(await error([model, ...shards.slice(1)])).toMatchObject({
      what: `1 of ${shards.length} weight files is missing: "./group1-shard${shards.length}.bin".`,
      where: 'net/model.json',
      why: 'A TF.js model keeps its weights in files of their own.',
      next: 'Drop model.json together with all its .bin files, or drop their folder.',
    });
  });

  test('a shard of the wrong size', async () => {
    const [model, last, ...shards] = await files();
    const bytes = chain().countParams() * 4;
    expect(await error([model, { ...last, bytes: last.bytes.slice(4) }, ...shards])).toMatchObject({
      what: `The weights need ${bytes} bytes, the files have ${bytes - 4}.`,
      where: expect.stringMatching(/^\.\/group1-shard1\.bin, \.\/group1-shard2\.bin/),
      why: 'A file is not whole, or belongs to another model.',
      next: 'Copy or download all files of the model again.',
    });
  });

  test('a tensor of absurd size, before allocation', async () => {
    const weights = [{ name: 'conv/kernel', shape: [3, 3, 2 ** 20, 2 ** 20], dtype: 'float32' }];
    expect(await error([jsonFile({ class_name: 'Sequential', config: [] }, weights, [])])).toMatchObject({
      what: 'A tensor should be [3, 3, 1048576, 1048576], 9895604649984 numbers.',
      where: 'net/model.json, weights "conv/kernel"',
      why: 'More than 27000000 numbers do not fit this page.',
      next: 'Choose a smaller network; if this one is small, copy the file again.',
    });
  });

  test('a model without weights', async () => {
    const text = JSON.stringify({ modelTopology: { class_name: 'Sequential', config: [] } });
    expect(await error([{ name: 'model.json', bytes: new TextEncoder().encode(text) }])).toMatchObject({
      what: 'The model lists no weights.',
      where: 'model.json',
    });
  });

  test('randomly corrupted model.json and shard', { timeout: 600_000 }, async () => {
    const report = await fuzz(tfjsLayers.read, await saved(residual(), 1e6));
    expect(report.errors.size).toBeGreaterThan(3);
    expect(report.read).toBeGreaterThan(0);
  });
});

describe('models whose first layer is a model, as Teachable Machine writes them', () => {
  const files = async (labels: unknown) => {
    const image = tf.input({ shape: [9, 11, 3] });
    const conv = tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }).apply(image) as tf.SymbolicTensor;
    const inner = tf.sequential({
      layers: [tf.model({ inputs: image, outputs: conv }), tf.layers.globalAveragePooling2d({})],
    });
    const end = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [4], units: 5, activation: 'relu' }),
        tf.layers.dense({ units: 3, useBias: false }),
      ],
    });
    const model = tf.sequential({ layers: [inner, end] });
    randomize(model);
    const metadata = { name: 'net/metadata.json', bytes: new TextEncoder().encode(JSON.stringify({ labels })) };
    return { model, files: [...(await saved(model)), metadata] };
  };

  test('match TF.js, and have class names', async () => {
    const made = await files(['cat', 'dog', 'none']);
    expect((await compared(made.model, made.files)).difference).toBeLessThan(1e-5);
    expect((await tfjsLayers.read(made.files)).classes).toEqual(['cat', 'dog', 'none']);
  });

  test('class names that are not a list of the right length are ignored', async () => {
    for (const labels of [['cat'], 'cat', [1, 2, 3], undefined])
      expect((await tfjsLayers.read((await files(labels)).files)).classes).toBeUndefined();
  });
});

// TF.js has logSoftmax; its types do not.
test('a log_softmax at the end is removed like a softmax', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [4, 4, 3], filters: 4, kernelSize: 3, activation: 'relu6' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'logSoftmax' as 'softmax', name: 'classes' }),
    ],
  });
  randomize(model);
  const images = tf.randomUniform([4, 4, 4, 3], -1, 1, 'float32', 3);
  const theirs = (model.predict(images) as tf.Tensor).dataSync();
  const { network, notes } = await tfjsLayers.read(await saved(model));
  if (network === undefined) throw new Error('no network');
  expect(notes[0]).toMatch(/^Removed the final log_softmax \(classes_log_softmax\)/);
  const logits = await logitsOf(network, images.dataSync() as Float32Array);
  const ours = tf.logSoftmax(tf.tensor2d(logits, [4, 3])).dataSync();
  expect(difference(ours, theirs)).toBeLessThan(1e-5);
});

test('a softmax followed only by a reshape counts as the end', async () => {
  const image = tf.input({ shape: [6, 6, 3] });
  const conv = tf.layers.conv2d({ filters: 4, kernelSize: 6, name: 'c' }).apply(image);
  const softmax = tf.layers.softmax({ axis: -1 }).apply(conv);
  const model = tf.model({
    inputs: image,
    outputs: tf.layers.reshape({ targetShape: [4] }).apply(softmax as tf.SymbolicTensor) as tf.SymbolicTensor,
  });
  const { network, notes } = await tfjsLayers.read(await saved(model));
  expect(network?.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'flatten']);
  expect(notes[0]).toMatch(/^Removed the final softmax \(.*\)/);
});

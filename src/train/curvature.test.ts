import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng, mixSeed } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { FrozenGradients } from '../nn/frozenGradients';
import { Inference } from '../nn/inference';
import { randomNetwork, small } from '../nn/networks.testing';
import { crossEntropy } from '../nn/steps.testing';
import { ArchitectureBuilder } from '../zoo/definition';
import { calibrateAs } from './calibrate';
import { Curvature } from './curvature';
import { evaluate, finish } from './evaluate';
import { colorDataset } from './synthetic.testing';

beforeAll(() => useBackend('wasm'));

const SEED = 3;
const worked = async () => {};

/** Images [n, h, w, 3] of the training split and their labels. */
function imagesOf(dataset: ReturnType<typeof colorDataset>, count: number) {
  const { images, labels } = composeBatch(dataset.train, evaluationPlan(0, count), dataset);
  return { input: tf.tensor4d(images, [count, dataset.height, dataset.width, 3]), labels: Array.from(labels) };
}

test('softmax regression: one probe equals the closed form for its signs and images, for both estimators', async () => {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape: [2, 2, 3] });
  net.add('dense', 'fc', [net.add('flatten', 'flat', [image], {})], { units: 3, bias: true });
  const network = randomNetwork(net.build('Softmax'), 2);
  const dataset = colorDataset(30, 3, 2);
  const curvature = new Curvature(network, dataset, { images: 5, seed: SEED, difference: 3e-3, worked });
  const kernel = network.parameters.get('fc.kernel') as Parameter;
  const bias = (network.parameters.get('fc.bias') as Parameter).values;

  const rng = createRng(mixSeed(SEED, 7));
  const indices = Array.from({ length: 5 }, () => rng.integer(30));
  const z = Array.from(kernel.values, () => (rng.integer(2) === 0 ? -1 : 1));
  const { images, labels } = composeBatch(dataset.train, evaluationPlan(0, 30), dataset);
  let [hutchinson, fisher] = [0, 0];
  for (const i of indices) {
    const x = images.slice(12 * i, 12 * (i + 1));
    const times = (w: ArrayLike<number>, c: number) => x.reduce((sum, v, j) => sum + v * w[3 * j + c], 0);
    const logits = [0, 1, 2].map((c) => bias[c] + times(kernel.values, c));
    const total = logits.reduce((sum, v) => sum + Math.exp(v), 0);
    const p = logits.map((v) => Math.exp(v) / total);
    const u = [0, 1, 2].map((c) => times(z, c));
    const mean = p.reduce((sum, v, c) => sum + v * u[c], 0);
    hutchinson += p.reduce((sum, v, c) => sum + v * (u[c] - mean) ** 2, 0) / 5;
    const error = p.reduce((sum, v, c) => sum + (v - (labels[i] === c ? 1 : 0)) ** 2, 0);
    fisher += (x.reduce((sum, v) => sum + v * v, 0) * error) / 5;
  }
  const [estimated] = await curvature.traces('hutchinson', 7);
  expect(estimated).toBeCloseTo(hutchinson, 2);
  expect(Math.abs(estimated / hutchinson - 1)).toBeLessThan(1e-3);
  const [squared] = await curvature.traces('fisher', 7);
  expect(Math.abs(squared / fisher - 1)).toBeLessThan(1e-5);
  curvature.dispose();
});

/** Traces of some layers' blocks of the Hessian on the first images, weight by weight. */
async function exactTraces(
  network: Network,
  dataset: ReturnType<typeof colorDataset>,
  count: number,
  layers: readonly string[],
) {
  const { input, labels } = imagesOf(dataset, count);
  const model = new FrozenGradients(network);
  const loss = crossEntropy(labels, 3);
  const h = 1e-3;
  const traces: number[] = [];
  for (const id of layers) {
    const { shape, values } = network.parameters.get(parameterName(id, 'kernel')) as Parameter;
    let trace = 0;
    for (let i = 0; i < values.length; i++) {
      const slopes = [h, -h].map((step) =>
        tf.tidy(() => {
          const change = tf.tensor(new Float32Array(values.length).fill(step, i, i + 1), [...shape]);
          const gradient = model.byKernels(input, loss, new Map([[id, change]])).get(id) as tf.Tensor;
          return gradient.dataSync()[i];
        }),
      );
      trace += (slopes[0] - slopes[1]) / (2 * h);
    }
    traces.push(trace);
  }
  model.dispose();
  input.dispose();
  return traces;
}

test('the mean of many probes is the trace of the exact Hessian, layer by layer', async () => {
  const network = randomNetwork(small(4), 1);
  const dataset = colorDataset(3, 3, 4);
  const exact = await exactTraces(network, dataset, 3, ['stem', 'fc']);
  const before = tf.memory().numTensors;
  const curvature = new Curvature(network, dataset, { images: 3, seed: SEED, difference: 3e-4, worked });
  const probes: number[][] = [];
  for (let i = 0; i < 150; i++) probes.push(await curvature.traces('hutchinson', i));
  curvature.dispose();
  expect(tf.memory().numTensors).toBe(before);
  for (const [i, trace] of exact.entries()) {
    const own = probes.map((row) => row[[0, 3][i]]);
    const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
    const error = Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / own.length;
    expect(Math.abs(mean - trace), `${mean} for ${trace}`).toBeLessThan(3 * error);
  }
});

test('a probe leaves no tensor behind, wherever it is stopped', async () => {
  const network = randomNetwork(small(4), 1);
  const dataset = colorDataset(3, 3, 4);
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const before = tf.memory().numTensors;
  /** Stops a probe of each kind after `calls` progress reports. */
  const stopped = async (calls: number) => {
    let left = calls;
    const stop = async () => {
      if (left-- === 0) throw new Error('stopped');
    };
    const curvature = new Curvature(network, dataset, { images: 3, seed: SEED, worked: stop });
    const policies = [uniformPolicy(network, 32, 8)];
    const ranges = () => Promise.reject(new Error('stopped'));
    const probes = [
      () => curvature.traces('hutchinson', 1),
      () => curvature.traces('fisher', 1),
      () => curvature.inputHarms(policies, scheme, ranges, 1),
    ];
    for (const probe of probes) {
      left = calls;
      await expect(probe()).rejects.toThrow('stopped');
    }
    curvature.dispose();
  };
  for (const calls of [0, 1]) {
    await stopped(calls);
    expect(tf.memory().numTensors).toBe(before);
  }
});

test('gradients are those of the network as Inference runs it', async () => {
  const network = randomNetwork(small(), 4);
  const dataset = colorDataset(9, 9);
  const { input, labels } = imagesOf({ ...dataset, train: dataset.validation }, 9);
  const model = new FrozenGradients(network);
  const gradients = model.byKernels(input, crossEntropy(labels, 3));
  const lossOf = async (changed: Network) => {
    const inference = new Inference(changed);
    const policy = uniformPolicy(changed, 32, 32);
    inference.configure({ policy, scheme: { quantizer: 'symmetric', granularity: 'channel' }, ranges: new Map() });
    const options = { from: 0, to: 9, batchSize: 9 };
    const { loss } = await finish(evaluate(inference, dataset, dataset.validation, options));
    inference.dispose();
    return loss;
  };
  for (const { id } of layersOf(network)) {
    const name = parameterName(id, 'kernel');
    const kernel = network.parameters.get(name) as Parameter;
    const gradient = await (gradients.get(id) as tf.Tensor).data();
    const size = Math.hypot(...gradient);
    const at = (h: number) => {
      const values = kernel.values.map((w, i) => w + (h * gradient[i]) / size);
      return lossOf({ ...network, parameters: new Map([...network.parameters, [name, { ...kernel, values }]]) });
    };
    const slope = ((await at(2e-3)) - (await at(-2e-3))) / 4e-3;
    expect(Math.abs(slope / size - 1)).toBeLessThan(0.01);
  }
  tf.dispose([input, ...gradients.values()]);
  model.dispose();
});

test('the loss from rounded activations falls fourfold per bit, is 0 for float ones, and nothing leaks', async () => {
  const network = randomNetwork(small(), 4);
  const dataset = colorDataset(60, 9);
  const before = tf.memory().numTensors;
  const counted: number[] = [];
  const count = async (images: number) => {
    counted.push(images);
  };
  const curvature = new Curvature(network, dataset, { images: 32, seed: SEED, worked: count });
  const ranges = await calibrateAs('minMax', network, dataset, 60, uniformPolicy(network, 32, 8));
  const policies = ([4, 5, 8, 32] as const).map((bits) => uniformPolicy(network, 32, bits));
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const [four, five, eight, float] = await curvature.inputHarms(policies, scheme, async () => ranges, 0);
  expect(float).toEqual([0, 0, 0, 0]);
  expect(four[0]).toBe(0); // the image
  for (let l = 1; l < 4; l++) {
    expect(four[l] / five[l]).toBeGreaterThan(2.5);
    expect(four[l] / five[l]).toBeLessThan(6);
    expect(four[l] / eight[l]).toBeGreaterThan(100);
    expect(four[l] / eight[l]).toBeLessThan(700);
  }
  expect(counted).toEqual([32]);
  curvature.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

// The training network: gradients by finite differences, PyTorch's running statistics and SGD, and that it learns.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { affine } from '../quant/affine';
import { kernelLayout, quantizeKernel } from '../quant/granularity';
import { quantizerOf } from '../quant/registry';
import { initialize } from '../zoo/definition';
import { describeBackends, take, withoutKernels } from './backends.testing';
import { Inference } from './inference';
import { sgdStep } from './kernels/sgdHeap';
import { everything, modern, randomNetwork, rangeOf, small } from './networks.testing';
import { batch, crossEntropy, moved, PLAIN, stepOnce, trained, values } from './steps.testing';
import { Trainable } from './trainable';

const SCHEME = { quantizer: 'affine', granularity: 'channel' } as const;

/**
 * Mean and unbiased variance, in float64, of each channel of the first batch norm's input in `small`: the plain
 * convolution's.
 */
async function stemStatistics(network: Network, images: tf.Tensor4D) {
  const kernel = tf.tensor4d(values(network, 'stem.kernel'), [3, 3, 3, 4]);
  const x = await take(tf.conv2d(images, kernel, 1, 'same'));
  kernel.dispose();
  const channels = [0, 1, 2, 3].map((c) => Array.from(x).filter((_, i) => i % 4 === c));
  const mean = channels.map((channel) => channel.reduce((a, b) => a + b) / channel.length);
  const spread = (channel: number[], c: number) => channel.reduce((sum, v) => sum + (v - mean[c]) ** 2, 0);
  return { mean, variance: channels.map((channel, c) => spread(channel, c) / (channel.length - 1)) };
}

describeBackends('Trainable', (backend) => {
  test.each([
    ['small', small(), 3] as const,
    ['everything', everything(8), 4] as const,
    // Its operations have tests of their own on each backend, and two hundred steps without kernels take long.
    ...(backend === 'cpu' ? [] : [['modern', modern(8), 4] as const]),
  ])('%s: each weight’s gradient matches finite differences', async (_, architecture, classes) => {
    const network = randomNetwork(architecture, 1);
    // A smooth loss for logits near zero.
    const loss = crossEntropy([0, 2, 1], classes);
    const { after } = await stepOnce(network, loss, 3);
    const rng = createRng(9);
    for (const name of network.parameters.keys()) {
      if (!trained(name)) continue;
      const direction = values(network, name).map(() => rng.normal());
      const before = values(network, name);
      // With rate 1 and no momentum a step subtracts the gradient.
      const gradient = before.map((v, i) => v - values(after, name)[i]);
      const expected = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      const slope = async (h: number) => {
        const at = async (sign: number) =>
          (
            await stepOnce(
              moved(network, name, (v, i) => v + sign * h * direction[i]),
              loss,
              3,
            )
          ).loss;
        return ((await at(1)) - (await at(-1))) / (2 * h);
      };
      const most = 5e-3 + 0.02 * Math.abs(expected);
      const slopes = [await slope(2e-3)];
      const miss = () => Math.min(...slopes.map((s) => Math.abs(s - expected)));
      // ReLUs and maxima have kinks, which a smaller step may avoid.
      if (miss() >= most) slopes.push(await slope(1e-4));
      expect(miss(), `${name}: ${expected} by gradient, ${slopes} by differences`).toBeLessThan(most);
    }
  });

  test('running statistics are PyTorch’s: momentum 0.1, unbiased variance', async () => {
    const network = randomNetwork(small(), 2);
    const model = new Trainable(network);
    const input = batch(network, 4);
    const { loss, logits } = model.step(input, crossEntropy([0, 1, 2, 1], 3), { ...PLAIN, learningRate: 0 });
    const after = await model.read();
    model.dispose();
    const seen = await stemStatistics(network, input);
    tf.dispose([input, loss, logits]);
    for (const part of ['mean', 'variance'] as const) {
      const name = `stem.bn.${part}`;
      const expected = values(network, name).map((old, c) => 0.9 * old + 0.1 * seen[part][c]);
      expect(values(after, name)).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-5 });
    }
  });

  test('pooled statistics equal those of all images at once, for any batches; the weights stay', async () => {
    const network = randomNetwork(small(), 2);
    const input = batch(network, 7);
    const { mean, variance } = await stemStatistics(network, input);
    const before = tf.memory().numTensors;
    for (const sizes of [[7], [4, 3], [1, 2, 3, 1]]) {
      const model = new Trainable(network);
      let seen = 0;
      for (const size of sizes) {
        const part = tf.slice4d(input, [seen, 0, 0, 0], [size, -1, -1, -1]);
        model.poolRunning(part, seen);
        part.dispose();
        seen += size;
      }
      const after = await model.read();
      model.dispose();
      expect(values(after, 'stem.bn.mean')).toBeAllClose(mean, { rtol: 1e-5, atol: 1e-6 });
      expect(values(after, 'stem.bn.variance')).toBeAllClose(variance, { rtol: 1e-5, atol: 1e-6 });
      for (const name of network.parameters.keys())
        if (trained(name)) expect(values(after, name)).toEqual(values(network, name));
    }
    expect(tf.memory().numTensors).toBe(before);
    input.dispose();
  });

  test.each([true, false])('steps are PyTorch’s SGD with Nesterov momentum (our kernel: %s)', async (ours) => {
    // torch.optim.SGD(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01): g += wd w; v = m v + g; w -= lr (g + m
    // v). The loss is the sum of the logits of a dense layer, so the gradients are the inputs.
    const network: Network = {
      name: 'One',
      nodes: [
        { op: 'input', id: 'image', inputs: [], shape: [1, 1, 2] },
        { op: 'flatten', id: 'flat', inputs: ['image'] },
        { op: 'dense', id: 'fc', inputs: ['flat'], units: 1, bias: true },
      ],
      parameters: new Map([
        ['fc.kernel', { shape: [2, 1], values: Float32Array.of(0.5, -1) }],
        ['fc.bias', { shape: [1], values: Float32Array.of(2) }],
      ]),
    };
    const run = async () => {
      const model = new Trainable(network);
      const input = tf.tensor4d([1, -3], [1, 1, 1, 2]);
      for (let i = 0; i < 3; i++) {
        const { loss, logits } = model.step(input, (y) => tf.sum(y), {
          learningRate: 0.1,
          momentum: 0.9,
          weightDecay: 0.01,
        });
        tf.dispose([loss, logits]);
      }
      const after = await model.read();
      input.dispose();
      model.dispose();
      return after;
    };
    let after = network;
    if (ours) after = await run();
    else
      await withoutKernels([sgdStep.name], async () => {
        after = await run();
      });
    const expected = (start: number, gradient: number, decay: number) => {
      let [w, v] = [start, 0];
      for (let i = 0; i < 3; i++) {
        const g = gradient + decay * w;
        v = 0.9 * v + g;
        w -= 0.1 * (g + 0.9 * v);
      }
      return w;
    };
    expect(values(after, 'fc.kernel')).toBeAllClose([expected(0.5, 1, 0.01), expected(-1, -3, 0.01)]);
    expect(values(after, 'fc.bias')).toBeAllClose([expected(2, 1, 0)]); // biases do not decay
  });

  test.each([
    ['in float', undefined],
    ['at 2 bits', 2],
  ] as const)('learns eight images by heart, %s', async (_, bits) => {
    const network = initialize(small(6, 4), createRng(3));
    const labels = [0, 1, 2, 3, 0, 1, 2, 3];
    const input = batch(network, 8, 4);
    const ranges = new Map(['block', 'next', 'fc'].map((id) => [id, rangeOf(0, 4)]));
    const quantAware = bits && { policy: uniformPolicy(network, bits, 8), scheme: SCHEME, ranges };
    const model = new Trainable(network, quantAware);
    const before = tf.memory().numTensors;
    let last = Number.POSITIVE_INFINITY;
    let first = Number.NaN;
    for (let step = 0; step < 150 && !(last < 0.08); step++) {
      const result = model.step(input, crossEntropy(labels, 4), { learningRate: 0.1, momentum: 0.9, weightDecay: 0 });
      result.logits.dispose();
      last = (await take(result.loss))[0];
      if (step === 0) first = last;
    }
    expect(tf.memory().numTensors).toBe(before); // a step leaks nothing
    expect(first).toBeGreaterThan(0.5);
    expect(last).toBeLessThan(0.1);
    // The weights are read back unchanged, and inference agrees with training once the statistics are of this batch.
    model.poolRunning(input, 0);
    const after = await model.read();
    model.dispose();
    const inference = new Inference(after);
    inference.configure({ policy: quantAware?.policy ?? uniformPolicy(after, FLOAT, FLOAT), scheme: SCHEME, ranges });
    const { logits } = inference.run(() => input.clone());
    const predictions = tf.argMax(logits, 1);
    expect([...(await predictions.data())]).toEqual(labels);
    tf.dispose([logits, predictions, input]);
    inference.dispose();
  });

  test('quantized weights get the straight-through gradient', async () => {
    const network = randomNetwork(small(), 5);
    const policy = uniformPolicy(network, 2, FLOAT);
    const loss = crossEntropy([0, 1, 2, 1], 3);
    const { after, loss: quantizedLoss } = await stepOnce(network, loss, 4, PLAIN, {
      policy,
      scheme: SCHEME,
      ranges: new Map(),
    });
    // The same step of a float network with the rounded kernels: equal loss, equal gradients.
    const parameters = new Map(network.parameters);
    for (const [name, parameter] of network.parameters)
      if (name.endsWith('.kernel')) {
        parameters.set(name, {
          ...parameter,
          values: quantizeKernel(parameter.values, kernelLayout(parameter.shape, false), affine, 'channel', { bits: 2 })
            .values,
        });
      }
    const rounded: Network = { ...network, parameters };
    const float = await stepOnce(rounded, loss);
    expect(quantizedLoss).toBeCloseTo(float.loss, 5);
    for (const name of network.parameters.keys()) {
      if (!trained(name)) continue;
      const gradient = (from: Network, to: Network) => values(from, name).map((v, i) => v - values(to, name)[i]);
      // Min and max are levels, so no weight is outside the grid.
      expect(gradient(network, after)).toBeAllClose(gradient(rounded, float.after), { atol: 2e-6 });
    }
  });

  test('activation bits without a range are rejected', () => {
    const network = randomNetwork(small(), 5);
    const quantAware = { policy: uniformPolicy(network, FLOAT, 8), scheme: SCHEME, ranges: new Map() };
    expect(() => new Trainable(network, quantAware)).toThrow(`has no calibrated activation range`);
  });

  test('every trainable quantizer gives the loss of its own rounding', async () => {
    const network = randomNetwork(everything(8), 5);
    const loss = crossEntropy([0, 1, 2], 4);
    for (const [quantizer, granularity, bits] of [
      ['dsconv', 'block:4', 3],
      ['dorefa', 'tensor', 2],
      ['bwn', 'channel', 1],
      ['twn', 'tensor', 2],
      ['lsq', 'tensor', 3],
      ['lsq', 'channel', 2],
      ['ttq', 'channel', 2],
      ['binary', 'tensor', 1],
    ] as const) {
      const quantAware = {
        policy: uniformPolicy(network, bits, FLOAT),
        scheme: { quantizer, granularity },
        ranges: new Map(),
      };
      const parameters = new Map(network.parameters);
      for (const [name, { shape, values: kernel }] of network.parameters)
        if (name.endsWith('.kernel')) {
          const layout = kernelLayout(shape, name === 'dw.kernel');
          const { values } = quantizeKernel(kernel, layout, quantizerOf(quantizer), granularity, { bits });
          parameters.set(name, { shape, values });
        }
      const trained = await stepOnce(network, loss, 3, PLAIN, quantAware);
      const rounded = await stepOnce({ ...network, parameters }, loss, 3);
      expect(trained.loss).toBeCloseTo(rounded.loss, 4);
    }
  });

  test('untrainable quantizers are rejected before a tensor is made', () => {
    const network = randomNetwork(small(), 5);
    const policy = uniformPolicy(network, 4, FLOAT);
    const scheme = { quantizer: 'affine', granularity: 'block:4' } as const;
    expect(() => new Trainable(network, { policy, scheme, ranges: new Map() })).toThrow('cannot be trained yet');
  });

  test('equal steps give equal bits', async () => {
    const network = randomNetwork(small(), 6);
    const [a, b] = [
      await stepOnce(network, crossEntropy([0, 1, 2, 1], 3)),
      await stepOnce(network, crossEntropy([0, 1, 2, 1], 3)),
    ];
    expect(a).toEqual(b);
    expect(backend).toBe(tf.getBackend());
  });
});

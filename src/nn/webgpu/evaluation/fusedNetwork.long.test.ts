// An evaluation by kernels of ours on WebGPU against the one of tfjs' operations there, and against plain JavaScript. Small
// networks, because software adapters compile slowly.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { countGpu } from '../../../../scripts/bench/gpuCounts';
import type { Architecture, Network } from '../../../graph/network';
import { layersOf } from '../../../graph/network';
import { type BitPolicy, FLOAT, SKIPPED, uniformPolicy } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import type { QuantScheme } from '../../../quant/registry';
import type { ActivationRange } from '../../../rounding/activationRounding';
import { floatRounding, type Rounding } from '../../../rounding/rounding';
import { ArchitectureBuilder } from '../../../zoo/definition';
import { maxAbs, take, useBackend } from '../../backends.testing';
import { Inference, type StepMemo } from '../../inference';
import { everything, randomNetwork, small } from '../../networks.testing';
import { describeGpu, useGpu } from '../gpu.testing';
import { evaluationDevice } from './device';
import { tuneEvaluation } from './tuning';

const SYMMETRIC: QuantScheme = { quantizer: 'symmetric', granularity: 'channel', activations: 'uniform' };

/** Depthwise and pointwise layers with channels in fours, ReLU6, a padded stride, and a softmax. */
function separable(): Architecture {
  const net = new ArchitectureBuilder();
  let x = net.convBn('stem', net.add('input', 'image', [], { shape: [11, 9, 3] }), 8, { stride: 2 });
  const window = { size: [3, 3], strides: [2, 2], padding: [0, 1, 0, 1] } as const;
  x = net.add('depthwiseConv2d', 'dw', [x], { ...window, bias: true });
  x = net.add('relu6', 'relu6', [x], {});
  x = net.convBn('pw', x, 16, { size: 1 });
  const logits = net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [x], {})], { units: 5, bias: true });
  net.add('softmax', 'odds', [logits], {});
  return net.build('Separable');
}

/** A shortcut that is subsampled and padded, and one by a projection. */
function blocks(): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [8, 8, 3] }), 8);
  const b2 = net.convBn('2b', net.convBn('2a', stem, 16, { stride: 2 }), 16, { relu: false });
  const sub = net.add('subsample', '2.sub', [stem], { strides: [2, 2] });
  const pad = net.add('pad', '2.pad', [sub], { padding: [0, 0, 0, 0], channels: [4, 4] });
  const two = net.add('relu', '2.relu', [net.add('add', '2.add', [b2, pad], {})], {});
  const b3 = net.convBn('3b', net.convBn('3a', two, 16, { stride: 2 }), 16, { relu: false });
  const projection = net.convBn('3s', two, 16, { size: 1, stride: 2, relu: false });
  const three = net.add('relu', '3.relu', [net.add('add', '3.add', [b3, projection], {})], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [three], {})], { units: 5, bias: true });
  return net.build('Blocks');
}

function pixelsFor({ nodes: [image] }: Network, n: number) {
  if (image.op !== 'input') throw new Error('no input');
  const rng = createRng(5);
  const [h, w, c] = image.shape;
  return { values: Float32Array.from({ length: n * h * w * c }, () => rng.normal()), shape: [n, h, w, c] as const };
}

async function logits(network: Network, rounding: Rounding, n: number, composed: boolean): Promise<Float32Array> {
  const model = new Inference(network, { composed });
  model.configure(rounding);
  const { values, shape } = pixelsFor(network, n);
  const result = await take(model.run(() => tf.tensor4d(values, [...shape])).logits);
  model.dispose();
  return result;
}

/** Every layer's input on the images, on plain JavaScript. */
async function rangesOf(network: Network, n: number): Promise<Map<string, ActivationRange>> {
  await useBackend('cpu');
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const { values, shape } = pixelsFor(network, n);
  const ranges = new Map<string, ActivationRange>();
  const seen = model.run(
    () => tf.tensor4d(values, [...shape]),
    undefined,
    ({ id }, x) => {
      const all = [...x.dataSync()];
      const meanMagnitude = all.reduce((sum, v) => sum + Math.abs(v), 0) / all.length;
      ranges.set(id, { min: Math.min(...all), max: Math.max(...all), meanMagnitude, choice: 'minMax' });
    },
  );
  seen.logits.dispose();
  model.dispose();
  return ranges;
}

const difference = (a: Float32Array, b: Float32Array) => maxAbs(a.map((v, i) => v - b[i])) / maxAbs(b);

describeGpu('an evaluation', (device) => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test.each([
    ['every operation', everything(9), 3],
    ['separable layers', separable(), 5],
    ['residual blocks', blocks(), 2],
  ] as const)('has the logits of plain JavaScript: %s', async (name, architecture, n) => {
    const gpu = device();
    const network = randomNetwork(architecture, 3);
    const ranges = await rangesOf(network, n);
    for (const [weights, activations] of [
      [FLOAT, FLOAT],
      [8, FLOAT],
      [5, 5],
    ] as const) {
      const how = { policy: uniformPolicy(network, weights, activations), scheme: SYMMETRIC, ranges };
      await useBackend('cpu');
      const plain = await logits(network, how, n, false);
      await useGpu(gpu);
      const tensors = tf.memory().numTensors;
      const ours = await logits(network, how, n, false);
      expect(tf.memory().numTensors).toBe(tensors);
      // Layers of integers give the same bits everywhere; averages of other than 2^k pixels, and softmax, are approximate.
      if (name === 'residual blocks' && activations !== FLOAT) expect(ours).toEqual(plain);
      else expect(difference(ours, plain)).toBeLessThan(1e-5);
    }
  });

  test('has the logits of tfjs’ operations', async () => {
    const gpu = device();
    const network = randomNetwork(small(9), 3);
    const ranges = await rangesOf(network, 1);
    await useGpu(gpu);
    const eight = { policy: uniformPolicy(network, 8, 8), scheme: SYMMETRIC, ranges };
    expect(await logits(network, eight, 1, false)).toEqual(await logits(network, eight, 1, true));
    const float = floatRounding(network);
    expect(difference(await logits(network, float, 1, false), await logits(network, float, 1, true))).toBeLessThan(
      1e-5,
    );
  });

  test('adds bytes to the bits of wasm', async ({ skip }) => {
    const gpu = device();
    await useGpu(gpu);
    const trial = await tuneEvaluation();
    skip(trial === undefined, 'no products of bytes here');
    expect(trial?.equal).toBe(true);
    const network = randomNetwork(blocks(), 4);
    const ranges = await rangesOf(network, 5);
    for (const bits of [8, 5] as const) {
      const how = { policy: uniformPolicy(network, bits, bits), scheme: SYMMETRIC, ranges };
      expect(await useBackend('wasm')).toBe(true);
      const integers = await logits(network, how, 5, false);
      await useGpu(gpu);
      evaluationDevice().addsBytes = true;
      const bytes = await logits(network, how, 5, false);
      evaluationDevice().addsBytes = false;
      expect(bytes).toEqual(integers);
    }
  });

  test('rounds inputs to the codes of plain numbers, also where products are added', async () => {
    const gpu = device();
    // One layer, whose weights tell the levels of its input apart.
    const net = new ArchitectureBuilder();
    const image = net.add('input', 'image', [], { shape: [8, 8, 4] });
    net.add('dense', 'fc', [net.add('flatten', 'flat', [image], {})], { units: 256, bias: false });
    const architecture = net.build('Levels');
    const kernel = new Float32Array(256 * 256).map((_, i) => (i % 257 === 0 ? 1 : 0));
    const network: Network = {
      ...architecture,
      parameters: new Map([['fc.kernel', { shape: [256, 256], values: kernel }]]),
    };
    const range = { min: -2.9, max: 3.1, meanMagnitude: 1, choice: 'minMax' } as const;
    for (const bits of [3, 8] as const) {
      const policy: BitPolicy = { fc: { weights: FLOAT, activations: bits } };
      const how = { policy, scheme: SYMMETRIC, ranges: new Map([['fc', range]]) };
      await useBackend('cpu');
      const plain = await logits(network, how, 3, false);
      await useGpu(gpu);
      expect(await logits(network, how, 3, false)).toEqual(plain);
    }
  });

  test('falls back for roundings that it does not have, and skips branches', async () => {
    const gpu = device();
    const network = randomNetwork(small(9), 3);
    const blocks: QuantScheme = { quantizer: 'affine', granularity: 'block:4', activations: 'bfp' };
    await useGpu(gpu);
    const how = { policy: uniformPolicy(network, 8, 8), scheme: blocks, ranges: new Map() };
    expect(await logits(network, how, 2, false)).toEqual(await logits(network, how, 2, true));
    const float = floatRounding(network);
    const skipping = { ...float, policy: { ...float.policy, block: { weights: SKIPPED, activations: FLOAT } } };
    const [ours, theirs] = [await logits(network, skipping, 2, false), await logits(network, skipping, 2, true)];
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
    expect(difference(ours, await logits(network, float, 2, true))).toBeGreaterThan(1e-3);
  });

  test('is one submit, makes no buffers once it is warm, and a moved fader only its table', async () => {
    const gpu = device();
    const network = randomNetwork(small(9), 3);
    const ranges = await rangesOf(network, 2);
    await useGpu(gpu);
    const model = new Inference(network);
    const rounding = (weights: 4 | 8): Rounding => {
      const policy = uniformPolicy(network, 8, 8);
      return { policy: { ...policy, next: { ...policy.next, weights } }, scheme: SYMMETRIC, ranges };
    };
    model.configure(rounding(8));
    const { values, shape } = pixelsFor(network, 2);
    const run = async () => (await take(model.run(() => tf.tensor4d(values, [...shape])).logits)).slice();
    const first = await run();
    const again = await countGpu(run);
    // A second submit reads the logits.
    expect(again).toEqual({ dispatches: 5, submits: 2, buffers: 0 });
    const moved = await countGpu(() => {
      model.configure(rounding(4));
      return run();
    });
    expect(moved).toEqual({ dispatches: 5, submits: 2, buffers: 1 });
    const back = await countGpu(async () => {
      model.configure(rounding(8));
      expect(await run()).toEqual(first);
    });
    expect(back).toEqual({ dispatches: 5, submits: 2, buffers: 0 });
    model.dispose();
  });

  test('with a memo, the bits of a full pass after any change of one layer', async () => {
    const gpu = device();
    const network = randomNetwork(blocks(), 3);
    const ranges = await rangesOf(network, 2);
    await useGpu(gpu);
    const { values, shape } = pixelsFor(network, 2);
    const input = () => tf.tensor4d(values, [...shape]);
    const kept = new Map<number, { signature: number; tensor: tf.Tensor }>();
    const memo: StepMemo = {
      get: (step, signature) => (kept.get(step)?.signature === signature ? kept.get(step)?.tensor : undefined),
      wants: () => true,
      offer: (step, signature, tensor) => {
        kept.get(step)?.tensor.dispose();
        kept.set(step, { signature, tensor });
        return true;
      },
    };
    const [cached, full] = [new Inference(network), new Inference(network)];
    let policy = uniformPolicy(network, 8, 8);
    for (const id of [undefined, ...layersOf(network).map((layer) => layer.id)].reverse()) {
      if (id !== undefined) policy = { ...policy, [id]: { weights: 3, activations: policy[id].activations } };
      for (const model of [cached, full]) model.configure({ policy, scheme: SYMMETRIC, ranges });
      const quick = cached.run(input, memo);
      expect(await take(quick.logits)).toEqual(await take(full.run(input).logits));
      expect(quick.executed.has(cached.steps.findIndex(({ node }) => node.id === id))).toBe(id !== undefined);
    }
    tf.dispose([...kept.values()].map(({ tensor }) => tensor));
    cached.dispose();
    full.dispose();
  });
});

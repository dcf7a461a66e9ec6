import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { countGpu } from '../../../scripts/bench/gpuCounts';
import { type Architecture, isLayer, type Network } from '../../graph/network';
import { uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import type { Rounding } from '../../rounding/rounding';
import { ArchitectureBuilder } from '../../zoo/definition';
import { maxAbs, take, useBackend } from '../backends.testing';
import { randomNetwork } from '../networks.testing';
import type { SgdOptions } from '../sgd';
import { crossEntropy, moved } from '../steps.testing';
import { Trainable } from '../trainable';
import { CompiledStep } from './compiledStep';
import { describeGpu } from './gpu.testing';
import { planStep } from './planStep';
import type { StepPlan } from './stepPlan';

const CLASSES = 5;
/** Without momentum and decay, the velocity after a step is its gradient. */
const PLAIN = { learningRate: 0.01, momentum: 0, weightDecay: 0 };

/**
 * Few channels, because software adapters compile slowly. An identity, then channels padded at stride 2, or a
 * projection.
 */
function residual(h: number, w: number, projection: boolean): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [h, w, 3] }), 8);
  const b1 = net.convBn('1b', net.convBn('1a', stem, 8), 8, { relu: false });
  const one = net.add('relu', '1.relu', [net.add('add', '1.add', [b1, stem], {})], {});
  const b2 = net.convBn('2b', net.convBn('2a', one, 16, { stride: 2 }), 16, { relu: false });
  const shortcut = () => {
    if (projection) return net.convBn('2s', one, 16, { size: 1, stride: 2, relu: false });
    const sub = net.add('subsample', '2.sub', [one], { strides: [2, 2] });
    return net.add('pad', '2.pad', [sub], { padding: [0, 0, 0, 0], channels: [4, 4] });
  };
  const two = net.add('relu', '2.relu', [net.add('add', '2.add', [b2, shortcut()], {})], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [two], {})], { units: CLASSES, bias: true });
  return net.build('residual');
}

/** Images of several tiles both ways, with 4 pixels per thread where the stride is 1, and 2 where it is 2. */
function wide(): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [10, 34, 3] }), 4);
  const b = net.convBn('b', net.convBn('a', stem, 4), 4, { relu: false });
  const sum = net.add('relu', 'sum', [net.add('add', 'add', [b, stem], {})], {});
  const last = net.convBn('c', sum, 8, { stride: 2 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [last], {})], { units: CLASSES, bias: true });
  return net.build('wide');
}

/** Enough channels that a workgroup handles two and four groups of them. */
function deep(): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [9, 8, 3] }), 4);
  const b = net.convBn('b', net.convBn('a', stem, 32), 64);
  const last = net.convBn('c', b, 8, { size: 1 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [last], {})], { units: CLASSES, bias: true });
  return net.build('deep');
}

/** One input channel, stride 2 in the first layer, a maximum, and an ordinary end. */
function plain(): Architecture {
  const net = new ArchitectureBuilder();
  const first = net.convBn('a', net.add('input', 'image', [], { shape: [12, 8, 1] }), 4, { stride: 2 });
  const window = { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] } as const;
  const last = net.convBn('b', net.add('maxPool', 'max', [first], window), 8, { size: 5 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [last], {})], { units: CLASSES, bias: true });
  return net.build('plain');
}

/**
 * The maximum of `plain` follows a layer that reads the image: sums of levels would often be equal except for their
 * last bits.
 */
function rounded(network: Network): Rounding {
  const range = { min: 0, max: 3, meanMagnitude: 0.6, choice: 'minMax' } as const;
  return {
    policy: uniformPolicy(network, 4, 4),
    scheme: { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' },
    ranges: new Map(network.nodes.filter(isLayer).map((node) => [node.id, range])),
  };
}

function batchOf(network: Network, images: number) {
  const rng = createRng(7);
  const [input] = network.nodes;
  if (input.op !== 'input') throw new Error('no input');
  const [h, w, c] = input.shape;
  const pixels = Float32Array.from({ length: images * h * w * c }, () => rng.normal());
  return { pixels, labels: Uint8Array.from({ length: images }, (_, i) => (i * 3) % CLASSES), h, w, c };
}

const create = async (device: GPUDevice, plan: StepPlan) => (await CompiledStep.create(device, plan)) as CompiledStep;
const compile = (device: GPUDevice, network: Network, rounding: Rounding | undefined, batch: number) =>
  create(device, planStep(network, rounding, { batch, goal: { labelSmoothing: 0 }, pixels: 4, workgroups: 4 }));

/** Losses, and all values after some steps, by both. */
async function bothWays(
  device: GPUDevice,
  network: Network,
  rounding: Rounding | undefined,
  images: number,
  steps: number,
  options: SgdOptions,
) {
  const { pixels, labels, h, w, c } = batchOf(network, images);
  const compiled = await compile(device, network, rounding, images);
  const composed = new Trainable(network, rounding);
  const batch = tf.tensor4d(pixels, [images, h, w, c]);
  const losses: [ours: number, theirs: number][] = [];
  for (let step = 0; step < steps; step++) {
    compiled.run(pixels, labels, options);
    const result = composed.step(batch, crossEntropy([...labels], CLASSES), options);
    result.logits.dispose();
    losses.push([(await compiled.metrics())[0].loss, (await take(result.loss))[0]]);
  }
  const { values, velocities } = await compiled.read();
  const state = await composed.state();
  batch.dispose();
  composed.dispose();
  compiled.dispose();
  const named = (prefix: string, ours: Map<string, Float32Array>) =>
    [...ours].map(([name, own]) => ({ name, ours: own, theirs: state.get(`${prefix}:${name}`) as Float32Array }));
  return { losses, values: named('value', values), velocities: named('velocity', velocities) };
}

describeGpu('a compiled step', (device) => {
  beforeAll(async () => {
    expect(await useBackend('cpu')).toBe(true);
  });

  test.each([
    ['an identity and padded channels', residual(6, 10, false), 3],
    ['a projection, odd sides', residual(7, 5, true), 2],
    ['a maximum, one channel', plain(), 3],
    ['several tiles, several pixels per thread', wide(), 2],
    ['several groups of channels in a workgroup', deep(), 2],
  ] as const)('has the gradients of the composed one: %s', async (_, architecture, images) => {
    const network = randomNetwork(architecture, 3);
    for (const how of [undefined, rounded(network)]) {
      const { losses, values, velocities } = await bothWays(device(), network, how, images, 1, PLAIN);
      expect(losses[0][0]).toBeCloseTo(losses[0][1], 5);
      for (const { name, ours, theirs } of [...velocities, ...values])
        expect(ours, name).toBeAllClose(theirs, { rtol: 0, atol: 1e-4 * maxAbs(theirs) });
    }
  });

  test('has them at 20 states along a training', async () => {
    let network = randomNetwork(residual(6, 10, false), 3);
    const { pixels, labels, h, w, c } = batchOf(network, 3);
    const model = new Trainable(network);
    const batch = tf.tensor4d(pixels, [3, h, w, c]);
    const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };
    for (let state = 0; state < 20; state++) {
      const { velocities } = await bothWays(device(), network, undefined, 3, 1, PLAIN);
      for (const { name, ours, theirs } of velocities)
        expect(ours, `${name} at ${state}`).toBeAllClose(theirs, { rtol: 0, atol: 1e-4 * maxAbs(theirs) });
      const { loss, logits } = model.step(batch, crossEntropy([...labels], CLASSES), sgd);
      tf.dispose([loss, logits]);
      network = await model.read();
    }
    batch.dispose();
    model.dispose();
  });

  test('trains like the composed one, with one submit per step and no new buffers', async () => {
    const network = randomNetwork(plain(), 3);
    const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };
    const { losses, values } = await bothWays(device(), network, undefined, 3, 20, sgd);
    for (const [ours, theirs] of losses) expect(ours).toBeCloseTo(theirs, 4);
    expect(losses[19][0]).toBeLessThan(0.5 * losses[0][0]);
    for (const { name, ours, theirs } of values)
      expect(ours, name).toBeAllClose(theirs, { rtol: 0, atol: 1e-3 * maxAbs(theirs) });
    const { pixels, labels } = batchOf(network, 3);
    const plan = planStep(network, undefined, { batch: 3, goal: { labelSmoothing: 0 } });
    const step = await create(device(), plan);
    step.run(pixels, labels, sgd);
    const counts = await countGpu(() => step.run(pixels, labels, sgd));
    expect(counts).toEqual({ dispatches: plan.dispatches.length, submits: 1, buffers: 0 });
    step.dispose();
  });

  test('has gradients that match finite differences', async () => {
    const network = randomNetwork(plain(), 3);
    const { pixels, labels } = batchOf(network, 3);
    const after = async (changed: Network) => {
      const step = await compile(device(), changed, undefined, 3);
      step.run(pixels, labels, PLAIN);
      const [{ loss }] = await step.metrics();
      const { velocities } = await step.read();
      step.dispose();
      return { loss, velocities };
    };
    const { velocities } = await after(network);
    const h = 1e-2;
    for (const name of ['a.kernel', 'a.bn.gamma', 'a.bn.beta', 'b.kernel', 'fc.kernel', 'fc.bias']) {
      const gradient = velocities.get(name) as Float32Array;
      const at = gradient.reduce((best, v, i) => (Math.abs(v) > Math.abs(gradient[best]) ? i : best), 0);
      const nudged = async (by: number) => (await after(moved(network, name, (v, i) => (i === at ? v + by : v)))).loss;
      const slope = ((await nudged(h)) - (await nudged(-h))) / (2 * h);
      expect(Math.abs(slope - gradient[at]), name).toBeLessThan(0.02 * Math.abs(gradient[at]) + 1e-4);
    }
  });

  test('the same step twice gives the same bits', async () => {
    const network = randomNetwork(plain(), 3);
    const { pixels, labels } = batchOf(network, 3);
    const run = async () => {
      const step = await compile(device(), network, undefined, 3);
      for (let i = 0; i < 10; i++) step.run(pixels, labels, { ...PLAIN, momentum: 0.9 });
      const { values } = await step.read();
      step.dispose();
      return [...values.values()];
    };
    const first = await run();
    for (let again = 0; again < 3; again++) expect(await run()).toEqual(first);
  });
});

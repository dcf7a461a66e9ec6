// Small networks that compiled steps support, their roundings and batches, and single steps by both, for tests.
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, isLayer, type Network } from '../../graph/network';
import { uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import type { Rounding } from '../../rounding/rounding';
import { ArchitectureBuilder } from '../../zoo/definition';
import { take } from '../backends.testing';
import type { SgdOptions } from '../sgd';
import { crossEntropy } from '../steps.testing';
import { Trainable } from '../trainable';
import { CompiledStep } from './compiledStep';
import { planStep } from './planStep';
import type { StepPlan } from './stepPlan';

export const CLASSES = 5;

/**
 * Few channels, because software adapters compile slowly. An identity, then channels padded at stride 2, or a
 * projection.
 */
export function residual(h: number, w: number, projection: boolean): Architecture {
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
export function wide(): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [10, 34, 3] }), 4);
  const b = net.convBn('b', net.convBn('a', stem, 4), 4, { relu: false });
  const sum = net.add('relu', 'sum', [net.add('add', 'add', [b, stem], {})], {});
  const last = net.convBn('c', sum, 8, { stride: 2 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [last], {})], { units: CLASSES, bias: true });
  return net.build('wide');
}

/** Enough channels that a workgroup handles two and four groups of them. */
export function deep(): Architecture {
  const net = new ArchitectureBuilder();
  const stem = net.convBn('stem', net.add('input', 'image', [], { shape: [9, 8, 3] }), 4);
  const b = net.convBn('b', net.convBn('a', stem, 32), 64);
  const last = net.convBn('c', b, 8, { size: 1 });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [last], {})], { units: CLASSES, bias: true });
  return net.build('deep');
}

/** One input channel, stride 2 in the first layer, a maximum, and an ordinary end. */
export function plain(): Architecture {
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
export function rounded(network: Network): Rounding {
  const range = { min: 0, max: 3, meanMagnitude: 0.6, choice: 'minMax' } as const;
  return {
    policy: uniformPolicy(network, 4, 4),
    scheme: { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' },
    ranges: new Map(network.nodes.filter(isLayer).map((node) => [node.id, range])),
  };
}

export function batchOf(network: Network, images: number) {
  const rng = createRng(7);
  const [input] = network.nodes;
  if (input.op !== 'input') throw new Error('no input');
  const [h, w, c] = input.shape;
  const pixels = Float32Array.from({ length: images * h * w * c }, () => rng.normal());
  return { pixels, labels: Uint8Array.from({ length: images }, (_, i) => (i * 3) % CLASSES), h, w, c };
}

/** With so many `pixels` for each thread: 4 as on GPUs, or as on software adapters. */
export const planFor = (network: Network, rounding: Rounding | undefined, batch: number, pixels = 4): StepPlan =>
  planStep(network, rounding, { batch, goal: { labelSmoothing: 0 }, pixels, workgroups: 4 });
export const create = async (device: GPUDevice, plan: StepPlan) =>
  (await CompiledStep.create(device, plan)) as CompiledStep;
export const compile = (
  device: GPUDevice,
  network: Network,
  rounding: Rounding | undefined,
  batch: number,
  pixels?: number,
) => create(device, planFor(network, rounding, batch, pixels));

/** Losses, and all values after some steps, by both. */
export async function bothWays(
  device: GPUDevice,
  network: Network,
  rounding: Rounding | undefined,
  images: number,
  steps: number,
  options: SgdOptions,
  tile?: number,
) {
  const { pixels, labels, h, w, c } = batchOf(network, images);
  const compiled = await compile(device, network, rounding, images, tile);
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

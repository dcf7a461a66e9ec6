// LiteRT runs the files, and the importer reads them back.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { layersOf, type Network } from '../../../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../../../graph/policy';
import { useBackend } from '../../../nn/backends.testing';
import { randomNetwork } from '../../../nn/networks.testing';
import type { QuantScheme } from '../../../quant/registry';
import { roundedLayers } from '../../../rounding/layers';
import { tensorRanges } from '../../../train/tensorRanges';
import { ArchitectureBuilder } from '../../../zoo/definition';
import { inspectFiles } from '../../import/readers';
import { runLiteRt } from '../../litert.testing';
import type { ExportContext } from '../context';
import { compare, contextOf, noiseImages, ourLogits, rangesOn, shippedNetwork } from '../witness.testing';
import { type TfliteOptions, tfliteModel } from './model';

const IMAGES = 8;
const PIXELS = 32 * 32 * 3;
const SYMMETRIC: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
let images: Float32Array;

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
  images = noiseImages(IMAGES, 32, 7);
});

async function contextFor(network: Network, policy: BitPolicy, scheme = SYMMETRIC): Promise<ExportContext> {
  const source = {
    length: IMAGES,
    batch: (from: number, count: number) =>
      tf.tensor4d(images.slice(from * PIXELS, (from + count) * PIXELS), [count, 32, 32, 3]),
  };
  return {
    ...contextOf(network, policy, scheme, rangesOn(network, images, 32)),
    tensorRanges: await tensorRanges(network, source, policy, scheme),
  };
}

/** Logits that LiteRT computes of float images. */
async function theirLogits(context: ExportContext, options: TfliteOptions = {}): Promise<Float32Array> {
  const { content } = tfliteModel(context, { floatEnds: true, ...options });
  const each = Array.from({ length: IMAGES }, (_, n) => images.slice(n * PIXELS, (n + 1) * PIXELS));
  return Float32Array.from((await runLiteRt(content, each)).flatMap((bytes) => [...new Float32Array(bytes.buffer)]));
}

const everywhere = (network: Network, weights: 4 | 5 | 8, activations: 4 | 8): BitPolicy =>
  Object.fromEntries(layersOf(network).map(({ id }) => [id, { weights, activations }]));

describe('LiteRT gives our logits', () => {
  test.each([
    ['float', FLOAT, 2e-5],
    // The page rounds the image to fixed point, the file does not.
    ['4-bit weights', 4, 1e-3],
  ] as const)('with float activations: %s', async (_, bits, most) => {
    const network = shippedNetwork('resnet8', 'emoji10');
    const context = await contextFor(network, uniformPolicy(network, bits, FLOAT));
    expect(compare(ourLogits(context, images, 32), await theirLogits(context), 10).largest).toBeLessThan(most);
  });

  test.each([
    ['8 bits', 8, {}],
    ['4-bit weights', 4, {}],
    ['16-bit activations', 8, { int16: true }],
  ] as const)('of integers, within their rounding: %s', async (_, bits, options) => {
    const network = shippedNetwork('resnet8', 'emoji10');
    const context = await contextFor(network, everywhere(network, bits, 8));
    const ours = ourLogits(context, images, 32);
    const { largest } = compare(ours, await theirLogits(context, options), 10);
    expect(largest).toBeLessThan(0.04 * Math.max(...ours.map(Math.abs)));
  });
});

/** Gates, activations, groups, dilation, slices of channels and repeated pixels. */
function gated(): Network {
  const net = new ArchitectureBuilder();
  const conv = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1], bias: true } as const;
  const image = net.add('input', 'image', [], { shape: [32, 32, 3] });
  const small = { ...conv, strides: [4, 4] } as const;
  const stem = net.add('silu', 'stem.silu', [net.add('conv2d', 'stem', [image], { ...small, filters: 8 })], {});
  const apart = { ...conv, padding: [2, 2, 1, 1], dilations: [2, 1], filters: 8, groups: 2 } as const;
  const grouped = net.add('hardSwish', 'grouped.swish', [net.add('conv2d', 'grouped', [stem], apart)], {});
  const left = net.add('channelSlice', 'left', [grouped], { from: 0, to: 4 });
  const right = net.add('channelSlice', 'right', [grouped], { from: 4, to: 8 });
  const leaky = net.add('leakyRelu', 'right.leaky', [right], { alpha: 0.2 });
  const product = net.add('mul', 'product', [left, leaky], {});
  const squeeze = net.add('dense', 'squeeze', [net.add('globalAvgPool', 'mean', [product], {})], {
    units: 4,
    bias: true,
  });
  const gate = net.add('mul', 'gated', [product, net.add('sigmoid', 'gate', [squeeze], {})], {});
  const tall = net.add('upsample', 'tall', [gate], { scale: [2, 1] });
  const dilated = { ...conv, padding: [2, 2, 2, 2], dilations: [2, 2] } as const;
  const deep = net.add('tanh', 'deep.tanh', [net.add('depthwiseConv2d', 'deep', [tall], dilated)], {});
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [deep], {})], { units: 10, bias: true });
  return randomNetwork(net.build('Gated'), 3);
}

test('LiteRT has our gates, groups, dilation and activations', async () => {
  const network = gated();
  const float = await contextFor(network, uniformPolicy(network, FLOAT, FLOAT));
  const exact = ourLogits(float, images, 32);
  expect(compare(exact, await theirLogits(float), 10).largest).toBeLessThan(1e-5);
  const codes = await contextFor(network, everywhere(network, 8, 8));
  const spread = Math.max(...exact) - Math.min(...exact);
  expect(spread).toBeGreaterThan(1);
  expect(compare(ourLogits(codes, images, 32), await theirLogits(codes), 10).largest).toBeLessThan(0.05 * spread);
  expect(() => tfliteModel(codes, { int16: true })).toThrow('"grouped.swish" (hardSwish) has no kernel');
});

test('the importer reads the same bits and scales', async () => {
  const network = shippedNetwork('resnet8', 'emoji10');
  const context = await contextFor(network, everywhere(network, 8, 8));
  const { content, losses } = tfliteModel(context);
  expect(content.length).toBeLessThan(98_000);
  expect(losses).toEqual([]);
  const { network: read, setting, unsupported } = await inspectFiles([{ name: 'a.tflite', bytes: content }]);
  expect(unsupported).toEqual([]);
  expect(setting?.policy).toEqual(context.policy);
  const again = { ...context, ...setting, network: read as Network };
  const layersRead = roundedLayers(again.network, again);
  for (const [id, { values, input }] of roundedLayers(network, context)) {
    const same = layersRead.get(id);
    expect(same?.input).toEqual(input);
    const largest = Math.max(...values.map(Math.abs));
    expect(Math.max(...values.map((v, i) => Math.abs(v - (same?.values[i] ?? 0))))).toBeLessThan(1e-6 * largest);
  }
});

test('what the format does not have is rounded again, and said', async () => {
  const network = shippedNetwork('resnet8', 'emoji10');
  const context = await contextFor(network, everywhere(network, 4, 4), { ...SYMMETRIC, quantizer: 'affine' });
  const { losses } = tfliteModel(context);
  const layers = layersOf(network).map(({ id }) => id);
  expect(losses).toEqual([
    { of: 'weights', layers, decibels: expect.any(Number) },
    { of: 'activations', layers },
  ]);
  // 255 levels from -max to max: 6.02 * 8 + 4.8 dB, less 20 log10 of the largest weight over their root mean square.
  expect(losses[0].decibels).toBeGreaterThan(30);
  const { tensorRanges: _, ...unmeasured } = context;
  expect(() => tfliteModel(unmeasured)).toThrow('have not been measured');
});

// Layers that add integers: identical bits on every backend and in every mode of our kernels.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../formats/checkpoint';
import { contextOf, mixedPolicy, noiseImages, ourLogits, rangesOn } from '../formats/export/witness.testing';
import { type Architecture, layersOf, type Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../quant/registry';
import { hasOneScale } from '../rounding/codedKernel';
import { ArchitectureBuilder } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { useBackend } from './backends.testing';
import { setKernelMode } from './kernels/wasm/module';
import { everything, randomNetwork, small } from './networks.testing';

// Node 20 has relaxed SIMD, which "fused" uses, behind a flag.
if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** Expects the logits of plain JavaScript from every mode of WebAssembly, bit for bit. */
async function expectSame(network: Network, scheme: QuantScheme, size: number, n: number, policySeed: number) {
  const images = noiseImages(n, size, 3);
  expect(await useBackend('cpu')).toBe(true);
  const drawn = mixedPolicy(network, [2, 8], [4, 8], createRng(policySeed));
  const [low, high] = quantizerOf(scheme.quantizer).bits;
  const policy = Object.fromEntries(
    layersOf(network).map(({ id }) => {
      const { weights, activations } = drawn[id];
      return [id, { weights: Math.max(low, Math.min(high, weights)), activations }];
    }),
  ) as typeof drawn;
  const context = contextOf(network, policy, scheme, rangesOn(network, images, size));
  const plain = ourLogits(context, images, size);
  expect(await useBackend('wasm')).toBe(true);
  const ways = [
    ['fused', true],
    ['plain', true],
    ['plain', false],
    ['off', false],
  ] as const;
  for (const [mode, integers] of ways) {
    setKernelMode(tf.backend() as BackendWasm, mode, integers);
    const logits = ourLogits(context, images, size);
    setKernelMode(tf.backend() as BackendWasm, 'fused');
    expect(logits, `${mode}, integers: ${integers}`).toEqual(plain);
  }
}

const schemes = (Object.keys(quantizers) as QuantizerId[])
  .flatMap((quantizer) => (['channel', 'tensor'] as const).map((granularity) => ({ quantizer, granularity })))
  .filter(hasOneScale)
  .filter(({ quantizer, granularity }) => quantizerOf(quantizer).granularities.includes(granularity));

test.each(schemes)('every operation, $quantizer per $granularity', async (scheme) => {
  const network = randomNetwork(everything(9), 3);
  await expectSame(network, { ...scheme, activations: 'uniform' }, 9, 8, 5);
});

const file = readFileSync(new URL('../../public/weights/resnet8-emoji10.safetensors', import.meta.url));

test.each<QuantScheme>([
  { quantizer: 'symmetric', granularity: 'channel' },
  { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' },
])('ResNet-8 with the shipped weights, $quantizer per $granularity', async (scheme) => {
  await expectSame(readCheckpoint(networks.resnet8.build([32, 32, 3], 10), file), scheme, 32, 4, 7);
});

/** Convolutions of all kinds with codes between them: separable blocks, maxima, a flattened image. */
function separable(): Architecture {
  const net = new ArchitectureBuilder();
  let x = net.convBn('stem', net.add('input', 'image', [], { shape: [9, 9, 3] }), 10);
  x = net.convBn('a', x, 11);
  x = net.add('maxPool', 'max', [x], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
  for (const [id, stride] of [
    ['b', 1],
    ['c', 2],
  ] as const) {
    const window = { size: [3, 3], strides: [stride, stride], padding: [1, 1, 1, 1] } as const;
    x = net.add('depthwiseConv2d', `${id}.dw`, [x], { ...window, bias: true });
    x = net.add('relu6', `${id}.relu6`, [x], {});
    x = net.convBn(id, x, 16, { size: 1 });
  }
  net.add('dense', 'fc', [net.add('flatten', 'flat', [x], {})], { units: 4, bias: true });
  return net.build('Separable');
}

test.each([1, 2, 3])('separable convolutions, policy %i', async (seed) => {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  await expectSame(randomNetwork(separable(), seed), scheme, 9, 3, seed);
});

test('NaN, which has no code, goes through a network as it does through one of floats', async () => {
  expect(await useBackend('wasm')).toBe(true);
  const network = randomNetwork(small(9), 1);
  const images = noiseImages(3, 9, 3);
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const context = contextOf(network, uniformPolicy(network, 8, 8), scheme, rangesOn(network, images, 9));
  const logits = (integers: boolean) => {
    setKernelMode(tf.backend() as BackendWasm, 'plain', integers);
    return ourLogits(context, images, 9);
  };
  const before = logits(true);
  const { numTensors } = tf.memory();
  images[9 * 9 * 3 + 100] = Number.NaN;
  const after = logits(true);
  expect(tf.memory().numTensors, 'tensors left behind').toBe(numTensors);
  expect(after).toEqual(logits(false));
  setKernelMode(tf.backend() as BackendWasm, 'fused');
  // Only the second of three images has changed.
  const same = [0, 1, 2].map((image) => [0, 1, 2].every((c) => after[3 * image + c] === before[3 * image + c]));
  expect(same).toEqual([true, false, true]);
});

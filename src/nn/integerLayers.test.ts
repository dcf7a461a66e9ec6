// Layers that add integers: identical bits on every backend and in every mode of our kernels.
import { readFileSync } from 'node:fs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../formats/checkpoint';
import { contextOf, mixedPolicy, noiseImages, ourLogits, rangesOn } from '../formats/export/witness.testing';
import { layersOf, type Network } from '../graph/network';
import { createRng } from '../math/rng';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../quant/registry';
import { hasOneScale } from '../rounding/codedKernel';
import { networks } from '../zoo/registry';
import { useBackend } from './backends.testing';
import { setKernelMode } from './kernels/wasm/module';
import { everything, randomNetwork } from './networks.testing';

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
  for (const mode of ['fused', 'plain', 'off'] as const) {
    setKernelMode(tf.backend() as BackendWasm, mode);
    const logits = ourLogits(context, images, size);
    setKernelMode(tf.backend() as BackendWasm, 'fused');
    expect(logits, mode).toEqual(plain);
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

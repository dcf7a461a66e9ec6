// Against LiteRT, code for code.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { tfliteModel } from '../formats/export/tflite/model';
import { contextOf, noiseImages, rangesOn, shippedNetwork } from '../formats/export/witness.testing';
import { runLiteRt } from '../formats/litert.testing';
import { layersOf, type Network } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { createRng } from '../math/rng';
import { useBackend } from '../nn/backends.testing';
import { tensorRanges } from '../train/tensorRanges';
import { initialize } from '../zoo/definition';
import { deviceModel } from './interpreter';
import { multiplied, multiplierOf } from './requantize';

const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;

/** A network as an int8 or int16 file, with ranges of these images. */
async function fileOf(network: Network, weights: BitWidth, images: Float32Array, size: number, int16 = false) {
  const pixels = size * size * 3;
  const source = {
    length: images.length / pixels,
    batch: (from: number, count: number) =>
      tf.tensor4d(images.slice(from * pixels, (from + count) * pixels), [count, size, size, 3]),
  };
  const policy: BitPolicy = Object.fromEntries(layersOf(network).map(({ id }) => [id, { weights, activations: 8 }]));
  const ranges = await tensorRanges(network, source, policy, SCHEME);
  const context = contextOf(network, policy, SCHEME, rangesOn(network, images, size));
  return tfliteModel({ ...context, tensorRanges: ranges }, { int16 }).content;
}

/** Codes of the scores, ours and LiteRT's. */
async function both(file: Uint8Array, images: Float32Array, size: number) {
  const model = deviceModel(file, 'litert');
  const pixels = size * size * 3;
  const codes = Array.from({ length: images.length / pixels }, (_, n) =>
    model.encode(images.slice(n * pixels, (n + 1) * pixels)),
  );
  const wide = codes[0] instanceof Int16Array;
  const theirs = await runLiteRt(file, codes);
  return {
    ours: codes.map((image) => [...model.run(image)]),
    theirs: theirs.map(({ buffer }) => [...(wide ? new Int16Array(buffer) : new Int8Array(buffer))]),
  };
}

test.each([
  ['8', false],
  ['16', true],
])('ResNet-8 with activations of %s bits gives the codes of LiteRT', async (_, int16) => {
  expect(await useBackend('wasm')).toBe(true);
  const network = shippedNetwork('resnet8', 'emoji10');
  const images = noiseImages(8, 32, 3);
  const { ours, theirs } = await both(await fileOf(network, 8, images, 32, int16), images, 32);
  expect(ours).toEqual(theirs);
});

test.each([
  ['8', false],
  ['16', true],
])(
  'with %s bits, depthwise layers, pools, joins, paddings and ReLUs of their own give its codes, too',
  async (_, int16) => {
    expect(await useBackend('wasm')).toBe(true);
    const window = (size: 1 | 2 | 3, stride: 1 | 2, before: 0 | 1) =>
      ({ size: [size, size], strides: [stride, stride], padding: [before, before, before, before] }) as const;
    const network = initialize(
      {
        name: 'all',
        nodes: [
          { id: 'image', op: 'input', inputs: [], shape: [12, 12, 3] },
          { id: 'a', op: 'conv2d', inputs: ['image'], filters: 6, bias: true, ...window(3, 1, 1) },
          { id: 'a.relu', op: 'relu6', inputs: ['a'] },
          { id: 'b', op: 'depthwiseConv2d', inputs: ['a.relu'], bias: true, ...window(3, 2, 1) },
          { id: 'max', op: 'maxPool', inputs: ['a.relu'], ...window(3, 2, 1) },
          { id: 'join', op: 'concat', inputs: ['b', 'max'] },
          { id: 'norm', op: 'batchNorm', inputs: ['join'], epsilon: 1e-5 },
          { id: 'norm.relu', op: 'relu', inputs: ['norm'] },
          { id: 'avg', op: 'avgPool', inputs: ['norm.relu'], ...window(2, 2, 0) },
          { id: 'pad', op: 'pad', inputs: ['avg'], padding: [0, 1, 1, 0], channels: [1, 2] },
          { id: 'drop', op: 'subsample', inputs: ['pad'], strides: [2, 2] },
          { id: 'drop.relu6', op: 'relu6', inputs: ['drop'] },
          { id: 'flat', op: 'flatten', inputs: ['drop.relu6'] },
          { id: 'dense', op: 'dense', inputs: ['flat'], units: 5, bias: true },
        ],
      },
      createRng(5),
    );
    const images = noiseImages(16, 12, 3);
    const { ours, theirs } = await both(await fileOf(network, 8, images, 12, int16), images, 12);
    expect(new Set(theirs.flat()).size).toBeGreaterThan(20);
    expect(ours).toEqual(theirs);
  },
);

test('a factor of 31 bits rounds twice', () => {
  // 0.3 is 1288490189 / 2^31 / 2: 1000001 * 0.3 is 600001 halves after the first rounding, and 300001 after the second.
  expect(multiplierOf(0.3)).toEqual({ mantissa: 1288490189, shift: -1 });
  expect([5, -5, 4, 1000001].map((x) => multiplied(x, multiplierOf(0.3)))).toEqual([2, -2, 1, 300001]);
  expect(multiplierOf(1)).toEqual({ mantissa: 2 ** 30, shift: 1 });
  expect(multiplied(123456789, multiplierOf(1))).toBe(123456789);
});

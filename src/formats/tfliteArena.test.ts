// Against what TensorFlow Lite for Microcontrollers planned for files of the same network, ResNet-8 on 32x32 images, and for MLPerf
// Tiny's own files.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import { expect, test } from 'vitest';
import { layersOf } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { type TfliteOptions, tfliteModel } from './export/tflite/model';
import { contextOf, shippedNetwork } from './export/witness.testing';
import { arenaBytes, tableBytes } from './tfliteArena';

const network = shippedNetwork('resnet8', 'emoji10');
const ranges = new Map(
  network.nodes.map(({ id }) => [id, { min: -1, max: 1, meanMagnitude: 0.5, choice: 'minMax' as const }]),
);

test.each<[string, (id: string) => BitWidth, BitWidth, TfliteOptions, number]>([
  ['8 bits', () => 8, 8, {}, 51_264],
  ['INT4 in two layers', (id: string) => (/^3[ab]/.test(id) ? 4 : 8), 8, {}, 53_248],
  ['16-bit activations', () => 8, 8, { int16: true }, 102_528],
  ['float', () => 32, 32, {}, 205_056],
])('%s', (_, weights, activations, options, bytes) => {
  const policy: BitPolicy = Object.fromEntries(
    layersOf(network).map(({ id }) => [id, { weights: weights(id), activations }]),
  );
  const context = contextOf(network, policy, { quantizer: 'symmetric', granularity: 'channel' }, ranges);
  expect(arenaBytes(tfliteModel({ ...context, tensorRanges: ranges }, options).content)).toBe(bytes);
});

const folder = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'models/tflite');

test.skipIf(!existsSync(folder)).each([
  ['pretrainedResnet_quant.tflite', 49_152, 54_460],
  ['kws_ref_model.tflite', 16_000, 22_892],
])('%s of MLPerf Tiny (needs ../shared)', (name, bytes, whole) => {
  const file = new Uint8Array(readFileSync(resolve(folder, name)));
  expect(arenaBytes(file)).toBe(bytes);
  expect(Math.abs(arenaBytes(file) + tableBytes(file) - whole)).toBeLessThan(150);
});

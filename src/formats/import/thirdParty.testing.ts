// Third-party models and CIFAR-10's test images, which are not in the repository: without them, tests are visibly
// skipped. Models and their logits lie in ../shared or FEWBITS_SHARED, the unpacked binary batches in ../cifar or
// FEWBITS_CIFAR10.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';
import { normalizations } from '../../data/normalizations';
import type { Network } from '../../graph/network';
import { maxAbs, take, useBackend } from '../../nn/backends.testing';
import { Inference } from '../../nn/inference';
import { floatRounding } from '../../rounding/rounding';
import type { ModelFile } from './importer';

const shared = env.FEWBITS_SHARED ?? resolve('../shared');
const testBatch = resolve(env.FEWBITS_CIFAR10 ?? resolve('../cifar'), 'test_batch.bin');
const golden = resolve(shared, 'golden/third_party_logits.json');

/** True if the models, their logits and the test images are present. */
export const HAS_THIRD_PARTY = existsSync(golden) && existsSync(testBatch);

/** True if accuracy on all 10,000 images is requested too: a minute per model. */
export const MEASURE_ALL = HAS_THIRD_PARTY && env.FEWBITS_CIFAR10 !== undefined;

/** A model of ../shared/models/third-party. */
export function thirdPartyModel(name: string): ModelFile {
  return { name, bytes: new Uint8Array(readFileSync(resolve(shared, 'models/third-party', name))) };
}

/** Logits [256, 10] of the first test images, and the accuracy on all, computed by PyTorch. */
export function goldenOf(model: 'resnet20' | 'resnet8'): { logits: number[]; testAccuracy10000: number } {
  return JSON.parse(readFileSync(golden, 'utf8'))[model];
}

/** Test images [count, 32, 32, 3] with each byte mapped by `of` (pixel, channel), and their labels. */
export function testImages(from: number, count: number, of: (byte: number, channel: number) => number) {
  const records = readFileSync(testBatch);
  const values = new Float32Array(count * 3072);
  for (let n = 0; n < count; n++)
    for (let p = 0; p < 1024; p++)
      for (let c = 0; c < 3; c++) values[n * 3072 + p * 3 + c] = of(records[(from + n) * 3073 + 1 + c * 1024 + p], c);
  return { values, labels: Array.from({ length: count }, (_, n) => records[(from + n) * 3073]) };
}

/** A byte of a channel with PyTorch's usual preprocessing: minus ImageNet's mean, divided by its deviation. */
export function imagenetNormalized(byte: number, channel: number): number {
  const { mean, std } = normalizations.imagenet.normalization;
  return (byte / 255 - mean[channel]) / std[channel];
}

/** Logits [n, classes] of images [n, h, w, c] by the page's own forward pass, on wasm if available. */
export async function logitsOf(network: Network, values: Float32Array): Promise<Float32Array> {
  if (!(await useBackend('wasm'))) await useBackend('cpu');
  const [image] = network.nodes;
  if (image.op !== 'input') throw new Error('no input');
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const count = values.length / image.shape.reduce((product, d) => product * d, 1);
  const { logits } = model.run(() => tf.tensor4d(values, [count, ...image.shape]));
  const result = await take(logits);
  model.dispose();
  return result;
}

/** Index of the largest entry in each row of [n, classes]. */
export function decisions(logits: ArrayLike<number>, classes = 10): number[] {
  return Array.from({ length: logits.length / classes }, (_, n) => {
    const row = Array.from({ length: classes }, (_, c) => logits[n * classes + c]);
    return row.indexOf(Math.max(...row));
  });
}

/** Largest difference between two lists of numbers. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a.length === b.length ? maxAbs(Array.from(a, (v, i) => v - b[i])) : Number.NaN;
}

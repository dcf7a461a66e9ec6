// WebGPU against WebAssembly on Emoji-10, at full size: losses of training at the default rate, and integer logits.
import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { openEmoji10 } from '../data/emoji10';
import { mixedPolicy, shippedNetwork } from '../formats/export/witness.testing';
import type { Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { take, useBackend } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { setKernelMode } from '../nn/kernels/wasm/module';
import { evaluationDevice } from '../nn/webgpu/evaluation/device';
import { describeGpu, useGpu } from '../nn/webgpu/gpu.testing';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { calibrate } from './calibrate';
import { compiledOr } from './compiledOr';
import { ownSteps } from './sharedSteps';
import { type TrainSettings, train } from './train';

const file = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
const IMAGES = 512;
const BATCH = 64;
const STEPS = 50;

let dataset: Dataset;
beforeAll(async () => {
  dataset = await openEmoji10(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  expect(await useBackend('wasm')).toBe(true);
});

async function logits(network: Network, rounding: Rounding): Promise<number[]> {
  const model = new Inference(network);
  model.configure(rounding);
  const all: number[] = [];
  for (let from = 0; from < IMAGES; from += BATCH) {
    const { images } = composeBatch(dataset.test, evaluationPlan(from, BATCH), dataset);
    all.push(...(await take(model.run(() => tf.tensor4d(images, [BATCH, 32, 32, 3])).logits)));
  }
  model.dispose();
  return all;
}

/** The losses of a run by compiled steps on `device`, or by composed ones. */
async function losses(device: GPUDevice | undefined, network: Network, settings: TrainSettings, how?: Rounding) {
  const run = train(network, dataset, settings, how, undefined, settings, compiledOr(ownSteps, device));
  const found: number[] = [];
  for await (const { loss, composed } of run) {
    if (device) expect(composed).toBeUndefined();
    if (loss !== undefined) found.push(loss);
  }
  return found;
}

describeGpu('Emoji-10', (device) => {
  test('Tiny has the integer logits of wasm on 512 images, bit for bit', async () => {
    const network = shippedNetwork('tiny', 'emoji10');
    const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel', activations: 'uniform' };
    const ranges = await calibrate(network, dataset, 256);
    for (const policy of [uniformPolicy(network, 8, 8), mixedPolicy(network, [2, 8], [4, 8], createRng(7))]) {
      expect(await useBackend('wasm')).toBe(true);
      const wanted = await logits(network, { policy, scheme, ranges });
      await useGpu(device());
      const own = evaluationDevice();
      for (const bytes of navigator.gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product')
        ? [false, true]
        : [false]) {
        own.addsBytes = bytes;
        expect(await logits(network, { policy, scheme, ranges }), `with products of bytes: ${bytes}`).toEqual(wanted);
      }
      own.addsBytes = false;
    }
    expect(await useBackend('wasm')).toBe(true);
  });

  /** The defaults of `fewbits train`, with the loss of each step. */
  const settings: TrainSettings = {
    ...{ learningRate: 0.1, schedule: 'one-cycle', momentum: 0.9, weightDecay: 5e-4, labelSmoothing: 0.05 },
    ...{ epochs: STEPS, batchSize: BATCH, imagesPerEpoch: BATCH, augment: true, seed: 7 },
  };

  test('50 steps of Tiny have the losses of composed ones', async () => {
    const network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(1));
    const theirs = await losses(undefined, network, settings);
    const ours = await losses(device(), network, settings);
    expect(ours).toHaveLength(STEPS);
    ours.forEach((loss, i) => {
      expect(Math.abs(loss - theirs[i]), `step ${i}`).toBeLessThan(1e-4 * theirs[i]);
    });
  });

  // Numbers that round the other way part any two ways to compute steps: composed ones by other kernels, too.
  test('under LSQ they are no further apart than those of composed ones by two kinds of kernels', async () => {
    const network = shippedNetwork('tiny', 'emoji10');
    const how: Rounding = {
      policy: uniformPolicy(network, 4, 4),
      scheme: { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' },
      ranges: await calibrate(network, dataset, 256),
    };
    const course: TrainSettings = { ...settings, learningRate: 0.02, schedule: 'cosine' }; // of `train --qat`
    const theirs = await losses(undefined, network, course, how);
    const ours = await losses(device(), network, course, how);
    setKernelMode(tf.backend() as BackendWasm, 'off');
    const others = await losses(undefined, network, course, how);
    setKernelMode(tf.backend() as BackendWasm, 'plain');
    const apart = (some: readonly number[]) => Math.hypot(...some.map((loss, i) => loss / theirs[i] - 1));
    const sum = (some: readonly number[]) => some.reduce((total, loss) => total + loss, 0);
    expect(ours).toHaveLength(STEPS);
    expect(apart(ours)).toBeLessThan(2 * apart(others));
    expect(Math.abs(sum(ours) - sum(theirs))).toBeLessThan(0.02 * sum(theirs));
  });
});

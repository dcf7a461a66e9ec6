// ResNet-8 on all test images of CIFAR-10, with the shipped weights and as MLPerf Tiny publishes it: what LiteRT answers is what
// we measure as LiteRT does, code for code, and little is lost against float. `npm run test:long` runs it where the images are.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import { cifarBatches, cifarDataset, joinBatches } from '../data/cifar10';
import type { Dataset, Normalization } from '../data/dataset';
import { normalizations } from '../data/normalizations';
import { tfliteModel } from '../formats/export/tflite/model';
import { contextOf, shippedNetwork } from '../formats/export/witness.testing';
import { inspectFiles } from '../formats/import/readers';
import { runLiteRt } from '../formats/litert.testing';
import { layersOf } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { floatRounding } from '../rounding/rounding';
import { Calibrated } from '../train/calibrated';
import { deviceModel } from './interpreter';

const mlperf = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'models/tflite');
const folder = env.FEWBITS_CIFAR10 ?? resolve('../cifar');
const here = cifarBatches.every((name) => existsSync(resolve(folder, name)));

const IMAGES = 10_000;
const CHUNK = 250;
const PIXELS = 32 * 32 * 3;
/** Of the float network, as its card says (public/weights/resnet8-cifar10.json). */
const FLOAT_ACCURACY = 0.8828;
const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
/** Error feedback through the network, each layer making up for those before it. */
const IN_ORDER = withCalibration({ ...SCHEME, range: 'hessian' }, { rounding: 'gptq', correction: 'batchNorm' });
const HOURS = 3_600_000;

describe.skipIf(!here)('ResNet-8 on CIFAR-10 (needs FEWBITS_CIFAR10 or ../cifar)', () => {
  const network = shippedNetwork('resnet8', 'cifar10');
  let dataset: Dataset;

  beforeAll(async () => {
    expect(await useBackend('wasm')).toBe(true);
    const read = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)));
    dataset = cifarDataset(joinBatches(new Map(cifarBatches.map((name) => [name, read(name)]))));
  });

  async function fileOf(bits: (id: string) => BitWidth, activations: BitWidth, scheme: QuantScheme) {
    const policy: BitPolicy = Object.fromEntries(
      layersOf(network).map(({ id }) => [id, { weights: bits(id), activations }]),
    );
    const calibrated = new Calibrated(network, dataset);
    const chosen = await calibrated.networkFor(policy, scheme);
    const context = contextOf(chosen, policy, scheme, await calibrated.rangesFor(policy, scheme));
    const { content, losses } = tfliteModel({
      ...context,
      tensorRanges: await calibrated.tensorRangesFor(policy, scheme),
    });
    // The codes of the weights are those that were chosen.
    expect(losses.filter(({ of }) => of === 'weights')).toEqual([]);
    return content;
  }

  /** Images in pieces, with their labels. */
  function* pieces(normalization = dataset.normalization) {
    for (let from = 0; from < IMAGES; from += CHUNK) {
      const { images, labels } = composeBatch(dataset.test, evaluationPlan(from, CHUNK), { ...dataset, normalization });
      yield { images, each: Array.from(labels, (_, n) => images.subarray(n * PIXELS, (n + 1) * PIXELS)), labels };
    }
  }

  /** Accuracy of a file in LiteRT, whose codes are those of `device`. */
  async function sameAsLiteRt(file: Uint8Array, normalization?: Normalization) {
    const device = deviceModel(file, 'litert');
    let correct = 0;
    for (const { each, labels } of pieces(normalization)) {
      const codes = each.map((image) => device.encode(image));
      const theirs = (await runLiteRt(file, codes)).map((bytes) => [...new Int8Array(bytes.buffer)]);
      expect(codes.map((image) => [...device.run(image)])).toEqual(theirs);
      theirs.forEach((scores, n) => {
        correct += right(scores, labels[n]);
      });
    }
    return correct / IMAGES;
  }

  const right = (scores: ArrayLike<number>, label: number) =>
    Number(Array.from(scores).indexOf(Math.max(...Array.from(scores))) === label);

  test('float', { timeout: HOURS }, async () => {
    const file = await fileOf(() => FLOAT, FLOAT, SCHEME);
    let correct = 0;
    for (const { each, labels } of pieces()) {
      const scores = await runLiteRt(file, each);
      scores.forEach((bytes, n) => {
        correct += right(new Float32Array(bytes.buffer), labels[n]);
      });
    }
    expect(correct / IMAGES).toBe(FLOAT_ACCURACY);
  });

  const mixed = (id: string): BitWidth => (/^3[ab]$/.test(id) ? 4 : 8);

  test.each<[string, (id: string) => BitWidth, QuantScheme, readonly [number, number], number]>([
    ['int8', () => 8, SCHEME, [91_000, 101_000], 0.003],
    ['INT4 in 3a and 3b', mixed, SCHEME, [64_000, 69_000], 0.01],
    ['INT4 in 3a and 3b, error feedback in order', mixed, IN_ORDER, [64_000, 69_000], 0.003],
  ])('%s', { timeout: HOURS }, async (_, bits, scheme, [least, most], loss) => {
    const file = await fileOf(bits, 8, scheme);
    expect(file.length).toBeGreaterThan(least);
    expect(file.length).toBeLessThan(most);
    const accuracy = await sameAsLiteRt(file);
    expect(Math.abs(accuracy - FLOAT_ACCURACY)).toBeLessThanOrEqual(loss);
  });

  describe.skipIf(!existsSync(mlperf))('as MLPerf Tiny publishes it (needs ../shared)', () => {
    const { bytes: unscaled } = normalizations;
    const model = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(resolve(mlperf, name))) });

    test('float: the import and LiteRT are right as often', { timeout: HOURS }, async () => {
      const file = model('pretrainedResnet.tflite');
      const { network: imported } = await inspectFiles([file]);
      if (imported === undefined) throw new Error('no network');
      const inference = new Inference(imported);
      inference.configure(floatRounding(imported));
      let [ours, theirs] = [0, 0];
      for (const { images, each, labels } of pieces(unscaled.normalization)) {
        const { logits } = inference.run(() => tf.tensor4d(images, [labels.length, 32, 32, 3]));
        const values = logits.dataSync();
        logits.dispose();
        const probabilities = await runLiteRt(file.bytes, each);
        labels.forEach((label, n) => {
          ours += right(values.subarray(10 * n, 10 * n + 10), label);
          theirs += right(new Float32Array(probabilities[n].buffer), label);
        });
      }
      inference.dispose();
      expect([ours, theirs]).toEqual([8719, 8719]);
    });

    test('int8', { timeout: HOURS }, async () => {
      const accuracy = await sameAsLiteRt(model('pretrainedResnet_quant.tflite').bytes, unscaled.normalization);
      expect(accuracy).toBe(0.8697);
    });
  });
});

// ResNet-8 with the shipped weights on all test images of CIFAR-10: what LiteRT answers is what we measure as LiteRT does, code
// for code, and little is lost against float.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import { cifarBatches, cifarDataset, joinBatches } from '../data/cifar10';
import type { Dataset } from '../data/dataset';
import { type TfliteOptions, tfliteModel } from '../formats/export/tflite/model';
import { contextOf, shippedNetwork } from '../formats/export/witness.testing';
import { runLiteRt } from '../formats/litert.testing';
import { layersOf } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { Calibrated } from '../train/calibrated';
import { deviceModel } from './interpreter';

const mlperf = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'models/tflite/pretrainedResnet_quant.tflite');
const folder = env.FEWBITS_CIFAR10 ?? resolve('../cifar');
const here = cifarBatches.every((name) => existsSync(resolve(folder, name)));

const IMAGES = 10_000;
const CHUNK = 250;
const PIXELS = 32 * 32 * 3;
/** Of the float network, as its card says (public/weights/resnet8-cifar10.json). */
const FLOAT_ACCURACY = 0.8828;
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
const HOURS = 3_600_000;

describe.skipIf(!here)('ResNet-8 on CIFAR-10 (needs FEWBITS_CIFAR10 or ../cifar)', () => {
  const network = shippedNetwork('resnet8', 'cifar10');
  let dataset: Dataset;

  beforeAll(async () => {
    expect(await useBackend('wasm')).toBe(true);
    const read = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)));
    dataset = cifarDataset(joinBatches(new Map(cifarBatches.map((name) => [name, read(name)]))));
  });

  async function fileOf(bits: (id: string) => BitWidth, activations: BitWidth, options: TfliteOptions = {}) {
    const policy: BitPolicy = Object.fromEntries(
      layersOf(network).map(({ id }) => [id, { weights: bits(id), activations }]),
    );
    const calibrated = new Calibrated(network, dataset);
    const context = contextOf(network, policy, SCHEME, await calibrated.rangesFor(policy, SCHEME));
    return tfliteModel({ ...context, tensorRanges: await calibrated.tensorRangesFor(policy, SCHEME) }, options).content;
  }

  /** Images in pieces, with their labels. */
  function* pieces() {
    for (let from = 0; from < IMAGES; from += CHUNK) {
      const { images, labels } = composeBatch(dataset.test, evaluationPlan(from, CHUNK), dataset);
      yield { each: Array.from(labels, (_, n) => images.subarray(n * PIXELS, (n + 1) * PIXELS)), labels };
    }
  }

  const right = (scores: ArrayLike<number>, label: number) =>
    Number(Array.from(scores).indexOf(Math.max(...Array.from(scores))) === label);

  test('float', { timeout: HOURS }, async () => {
    const file = await fileOf(() => FLOAT, FLOAT);
    let correct = 0;
    for (const { each, labels } of pieces()) {
      const scores = await runLiteRt(file, each);
      scores.forEach((bytes, n) => {
        correct += right(new Float32Array(bytes.buffer), labels[n]);
      });
    }
    expect(correct / IMAGES).toBe(FLOAT_ACCURACY);
  });

  test.each<[string, (id: string) => BitWidth, number, number, number]>([
    ['int8', () => 8, 91_000, 101_000, 0.003],
    ['INT4 in 3a and 3b', (id) => (/^3[ab]$/.test(id) ? 4 : 8), 64_000, 69_000, 0.01],
  ])('%s', { timeout: HOURS }, async (_, bits, least, most, loss) => {
    const file = await fileOf(bits, 8);
    expect(file.length).toBeGreaterThan(least);
    expect(file.length).toBeLessThan(most);
    const device = deviceModel(file, 'litert');
    let correct = 0;
    for (const { each, labels } of pieces()) {
      const codes = each.map((image) => device.encode(image));
      const theirs = (await runLiteRt(file, codes)).map((bytes) => [...new Int8Array(bytes.buffer)]);
      expect(codes.map((image) => [...device.run(image)])).toEqual(theirs);
      theirs.forEach((scores, n) => {
        correct += right(scores, labels[n]);
      });
    }
    expect(Math.abs(correct / IMAGES - FLOAT_ACCURACY)).toBeLessThanOrEqual(loss);
  });

  test.skipIf(!existsSync(mlperf))("MLPerf Tiny's int8 file (needs ../shared)", { timeout: HOURS }, async () => {
    const file = new Uint8Array(readFileSync(mlperf));
    const device = deviceModel(file, 'litert');
    const bytes = new Uint8Array(PIXELS);
    let correct = 0;
    const codes = Array.from({ length: 1000 }, (_, n) => {
      dataset.test.read(n, bytes, 0);
      return Int8Array.from(bytes, (byte) => byte - 128);
    });
    const theirs = await runLiteRt(file, codes);
    expect(codes.map((image) => [...device.run(image)])).toEqual(theirs.map((b) => [...new Int8Array(b.buffer)]));
    theirs.forEach((scores, n) => {
      correct += right(new Int8Array(scores.buffer), dataset.test.label(n));
    });
    expect(correct).toBe(879);
  });
});

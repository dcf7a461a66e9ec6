// Against LiteRT, code for code, on 256 pictures of Emoji-10; and how far TFLM's rounding is from it.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { openEmoji10 } from '../data/emoji10';
import { tfliteModel } from '../formats/export/tflite/model';
import { contextOf, shippedNetwork } from '../formats/export/witness.testing';
import { runLiteRt } from '../formats/litert.testing';
import { layersOf } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { Calibrated } from '../train/calibrated';
import { deviceModel } from './interpreter';

const IMAGES = 256;
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
const network = shippedNetwork('resnet8', 'emoji10');
let dataset: Dataset;

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
  const sprites = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
  dataset = await openEmoji10(new Uint8Array(sprites).buffer);
});

test.each<[string, (id: string) => BitWidth]>([
  ['8 bits', () => 8],
  ['4 bits in the last two layers of the third stage', (id: string) => (/^3[ab]/.test(id) ? 4 : 8)],
  ['4 bits everywhere', () => 4],
])('ResNet-8 with %s', { timeout: 900_000 }, async (_, bits) => {
  const policy: BitPolicy = Object.fromEntries(
    layersOf(network).map(({ id }) => [id, { weights: bits(id), activations: 8 }]),
  );
  const calibrated = new Calibrated(network, dataset);
  const { content } = tfliteModel({
    ...contextOf(network, policy, SCHEME, await calibrated.rangesFor(policy, SCHEME)),
    tensorRanges: await calibrated.tensorRangesFor(policy, SCHEME),
  });
  const [litert, tflm] = [deviceModel(content, 'litert'), deviceModel(content, 'tflm')];
  const { images, labels } = composeBatch(dataset.test, evaluationPlan(0, IMAGES), dataset);
  const pixels = images.length / IMAGES;
  const codes = Array.from({ length: IMAGES }, (_, n) => litert.encode(images.subarray(n * pixels, (n + 1) * pixels)));
  const theirs = (await runLiteRt(content, codes)).map((bytes) => [...new Int8Array(bytes.buffer)]);
  expect(codes.map((image) => [...litert.run(image)])).toEqual(theirs);
  const other = codes.map((image) => [...tflm.run(image)]);
  const best = (scores: readonly number[]) => scores.indexOf(Math.max(...scores));
  const right = (all: readonly (readonly number[])[]) => all.filter((scores, n) => best(scores) === labels[n]).length;
  const apart = other.flatMap((scores, n) => scores.map((code, c) => Math.abs(code - theirs[n][c])));
  expect(Math.max(...apart)).toBeLessThan(8);
  expect(Math.abs(right(other) - right(theirs))).toBeLessThan(4);
});

// The sample files of the site predict as the networks that they were made of.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../data/dataset';
import { openEmoji10 } from '../../data/emoji10';
import type { Network } from '../../graph/network';
import { useBackend } from '../../nn/backends.testing';
import { Inference } from '../../nn/inference';
import { floatRounding, type Rounding } from '../../rounding/rounding';
import { evaluate, finish } from '../../train/evaluate';
import { networks, ZOO_INPUT } from '../../zoo/registry';
import { samples } from '../../zoo/shipped';
import { readCheckpoint } from '../checkpoint';
import { inspectFiles } from './readers';

const IMAGES = 100;
const read = (path: string) => new Uint8Array(readFileSync(new URL(`../../../public/${path}`, import.meta.url)));
let dataset: Dataset;

beforeAll(async () => {
  await useBackend('wasm');
  dataset = await openEmoji10(read('emoji10/sprites.bin').slice().buffer);
});

async function predictions(network: Network, rounding: Rounding = floatRounding(network)): Promise<number[]> {
  const model = new Inference(network);
  model.configure(rounding);
  const options = { from: 0, to: IMAGES, batchSize: 64 };
  const { predictions: found } = await finish(evaluate(model, dataset, dataset.test, options));
  model.dispose();
  return [...found];
}

test.each(samples)('$format', async ({ format, files }) => {
  const card = await inspectFiles(files.map((name) => ({ name, bytes: read(`samples/${name}`) })));
  expect(card.unsupported).toEqual([]);
  const id = files[0].startsWith('tiny') ? 'tiny' : 'resnet8';
  const original = readCheckpoint(networks[id].build(ZOO_INPUT, 10), read(`weights/${id}-emoji10.safetensors`));
  const { policy, scheme, ranges = new Map() } = card.setting ?? {};
  const own = await predictions(card.network as Network, policy && scheme && { policy, scheme, ranges });
  const theirs = await predictions(original);
  const same = own.filter((prediction, i) => prediction === theirs[i]).length;
  // Four bits change some predictions; of the others, those with codes of 8 bits may change one.
  expect(same).toBeGreaterThanOrEqual(format === 'ONNX' ? 85 : format === 'TensorFlow Lite' ? 98 : IMAGES);
});

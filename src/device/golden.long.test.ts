// TFLM's rounding, tensor by tensor. The hashes are of an integer interpreter written apart from this one, whose tensors equal those
// of TensorFlow Lite for Microcontrollers and CMSIS-NN, both compiled from their sources: ResNet-8, 60 pictures of Emoji-10.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../data/batch';
import { openEmoji10 } from '../data/emoji10';
import { tfliteModel } from '../formats/export/tflite/model';
import { contextOf, shippedNetwork } from '../formats/export/witness.testing';
import { layersOf } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import { deviceModel } from './interpreter';

const IMAGES = 60;
/** About what each step gives, so that the file is the same on every machine. */
const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  ...{ image: [-2.5, 2.3], stem: [0, 15.5], '1a': [0, 13], '1b': [-20.5, 14], '1.add': [0, 22], '2a': [0, 8.5] },
  ...{ '2b': [-15.5, 12.5], '2s': [-11, 4.5], '2.add': [0, 13], '3a': [0, 7.5], '3b': [-23.5, 20], '3s': [-8, 6] },
  ...{ '3.add': [0, 19.5], pool: [0, 4], fc: [-4, 9] },
};

const INT8 = {
  'stem.relu': '483998d806a5',
  '1a.relu': 'fdf88c3d29ec',
  '1b.bn': '05f85e20f959',
  '1.relu': '85ed72ce3103',
  '2a.padded': '366d8ff0cb2d',
  '2a.relu': '003d0c74664e',
  '2b.bn': 'cc613628092c',
  '2s.bn': 'f86a5e9c4dda',
  '2.relu': '12bf0d538979',
  '3a.padded': 'be9379361314',
  '3a.relu': 'dc5d0823e729',
  '3b.bn': 'af16ee24aa6e',
  '3s.bn': '4fef48d12001',
  '3.relu': '56147abeaec3',
  pool: '54bb6729e4d7',
  fc: 'dc5c642c7acb',
};
/** Those that differ with 4 bits. */
const INT4 = {
  '3.relu': '58dc4d452592',
  '3a.relu': '83bb160135bb',
  '3b.bn': 'a5039a10aa72',
  fc: 'f199bac72ce6',
  pool: 'd215799dca18',
};

test.each<[string, (id: string) => BitWidth, Readonly<Record<string, string>>]>([
  ['8 bits', () => 8, INT8],
  ['4 bits in 3a and 3b', (id) => (/^3[ab]$/.test(id) ? 4 : 8), { ...INT8, ...INT4 }],
])('%s', { timeout: 300_000 }, async (_, bits, golden) => {
  const network = shippedNetwork('resnet8', 'emoji10');
  const layers = layersOf(network);
  const policy: BitPolicy = Object.fromEntries(layers.map(({ id }) => [id, { weights: bits(id), activations: 8 }]));
  const rangeOf = (id: string) => {
    const [min, max] = RANGES[id.replace(/\.(bn|relu)$/, '')] ?? RANGES[id.replace('.relu', '.add')];
    return { min, max, meanMagnitude: max / 4, choice: 'minMax' as const };
  };
  const ranges = new Map(layers.map(({ id, inputs }) => [id, rangeOf(inputs[0])]));
  const tensorRanges = new Map(Object.keys(RANGES).map((id) => [id, rangeOf(id)]));
  const context = contextOf(network, policy, { quantizer: 'symmetric', granularity: 'channel' }, ranges);
  const { content } = tfliteModel({ ...context, tensorRanges });

  const sprites = readFileSync(new URL('../../public/emoji10/sprites.bin', import.meta.url));
  const dataset = await openEmoji10(new Uint8Array(sprites).buffer);
  const { images } = composeBatch(dataset.test, evaluationPlan(0, IMAGES), dataset);
  const device = deviceModel(content, 'tflm');
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  for (let n = 0; n < IMAGES; n++)
    device.run(device.encode(images.subarray(n * 3072, (n + 1) * 3072)), (name, codes) => {
      if (!hashes.has(name)) hashes.set(name, createHash('sha256'));
      hashes.get(name)?.update(codes);
    });
  expect(Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest('hex').slice(0, 12)]))).toEqual(
    golden,
  );
});

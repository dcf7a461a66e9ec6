// Five random policies each, on 256 pictures of Emoji-10: compiled by gcc, the source gives the scores of the page, bit for bit.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../../../data/batch';
import type { Dataset } from '../../../data/dataset';
import { openEmoji10 } from '../../../data/emoji10';
import { createRng } from '../../../math/rng';
import { useBackend } from '../../../nn/backends.testing';
import { Calibrated } from '../../../train/calibrated';
import { contextOf, mixedPolicy, ourLogits, shippedNetwork } from '../witness.testing';
import { compiledScores, hasCompiler } from './compiler.testing';
import { cSource } from './source';

const IMAGES = 256;
let dataset: Dataset;

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
  const sprites = readFileSync(new URL('../../../../public/emoji10/sprites.bin', import.meta.url));
  dataset = await openEmoji10(new Uint8Array(sprites).buffer);
});

const runs = (['tiny', 'resnet8'] as const).flatMap((id) => [1, 2, 3, 4, 5].map((seed) => [id, seed] as const));

test.skipIf(!hasCompiler).each(runs)('%s, policy %i (needs gcc)', { timeout: 300_000 }, async (id, seed) => {
  const network = shippedNetwork(id, 'emoji10');
  const rng = createRng(seed);
  // In the last two runs, the first layer rounds the image.
  const scheme = { quantizer: seed === 3 ? 'lsq' : 'symmetric', granularity: 'channel' } as const;
  const drawn = mixedPolicy(network, [seed === 3 ? 2 : 1, 8], [2, 8], rng);
  const first = Object.keys(drawn)[0];
  const policy = seed < 4 ? drawn : { ...drawn, [first]: { ...drawn[first], activations: 8 as const } };
  const context = contextOf(network, policy, scheme, await new Calibrated(network, dataset).rangesFor(policy, scheme));
  const { images } = composeBatch(dataset.test, evaluationPlan(0, IMAGES), dataset);
  const ours = ourLogits(context, images, 32);
  expect(ours.length).toBe(10 * IMAGES);
  expect(compiledScores(cSource(context, 'net'), 'net', images)).toEqual(ours);
});

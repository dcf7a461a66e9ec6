// Networks of other image sizes in a session: larger, rectangular, gray.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import { findNetwork } from '../engine/checkpoints';
import type { Network, NetworkNode } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { labeledImage, UnknownImageError } from './pictures';
import { Session } from './session';
import { resultOf } from './turn';

const PUBLIC = new URL('../../public/', import.meta.url);
const session = new Session({ now: () => 0, cacheBytes: 0 });
const assets = async (path: string) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer;
const own = { origin: 'own', recipe: '' } as const;

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  await session.openDataset('emoji10', {
    ...{ seed: 1, assets, decode: async () => new Uint8Array(), signal: new AbortController().signal },
    report: () => {},
  });
});

const accuracy = async (network: Network, images: number) => {
  const policy = uniformPolicy(network, FLOAT, FLOAT);
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const { accuracy: found } = await resultOf(session.measure({ policy, scheme, split: 'test', stages: [images] }));
  return found;
};

/** The network behind an average over squares of `by` pixels. */
function shrinking({ name, nodes, parameters }: Network, by: number): Network {
  const [image, ...others] = nodes;
  const side = [by, by] as const;
  const moved = others.map((node) => ({
    ...node,
    inputs: node.inputs.map((id) => (id === image.id ? 'shrunk' : id)),
  })) as NetworkNode[];
  return {
    name,
    parameters,
    nodes: [
      { op: 'input', id: image.id, inputs: [], shape: [32 * by, 32 * by, 3] },
      { op: 'avgPool', id: 'shrunk', inputs: [image.id], size: side, strides: side, padding: [0, 0, 0, 0] },
      ...moved,
    ],
  };
}

test('a network of 32 pixels sees in images of 96, averaged over 3 x 3, what it sees in those of 32', async () => {
  const store = { get: async () => undefined, put: async () => ({ kept: true }) as const, delete: async () => {} };
  const found = await findNetwork('tiny', { ...session.images.dataset, id: 'emoji10' }, assets, store);
  session.openNetwork('tiny', found);
  const usual = await accuracy(found.network, 300);
  const large = shrinking(found.network, 3);
  const model = session.openNetwork('own-large', { ...found, network: large });
  expect([model.dataset.height, model.dataset.width, model.describe().measured]).toEqual([
    96,
    96,
    { validation: 2000, test: 2000, leftOut: 0 },
  ]);
  const through = await accuracy(large, 300);
  expect(Math.abs(through.value - usual.value)).toBeLessThan(0.05);
  expect(usual.value).toBeGreaterThan(0.8);
});

test.each([
  [49, 10, 1, 2000],
  [224, 224, 3, 445],
  [8, 8, 3, 2000],
] as const)('%i x %i with %i channels measures and shows images', async (height, width, channels, images) => {
  const network = initialize(networks.tiny.build([height, width, channels], 10), createRng(1));
  const model = session.openNetwork('own-random', { network, checkpoint: own });
  expect(model.describe().measured).toEqual({ validation: images, test: images, leftOut: 2000 - images });
  expect((await accuracy(network, 20)).n).toBe(20);
  const picture = labeledImage(model.dataset, 'test', 3);
  expect(picture.pixels).toHaveLength(height * width * 4);
  expect(() => labeledImage(model.dataset, 'test', images)).toThrow(UnknownImageError);
});

// Attribution against the slow way: the policy measured again with one layer in float.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import { untrainedNetwork } from '../engine/checkpoints';
import { layersOf } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { UnknownImageError } from './pictures';
import { Session } from './session';
import { resultOf } from './turn';

const PUBLIC = new URL('../../public/', import.meta.url);
const assets = async (path: string) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer;
const SCHEME: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
const session = new Session({ now: () => performance.now(), cacheBytes: 16e6 });

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  const request = { seed: 1, assets, decode: async () => new Uint8Array(), signal: new AbortController().signal };
  const { dataset } = await session.openDataset('emoji10', { ...request, report: () => {} });
  const none = { get: async () => undefined, put: async () => ({ kept: true }) as const, delete: async () => {} };
  session.openNetwork('resnet8', await untrainedNetwork('resnet8', { ...dataset, id: 'emoji10' }, assets, none));
});

const measured = (policy: BitPolicy, scheme: QuantScheme) =>
  resultOf(session.measureAgainstFloat({ policy, scheme, split: 'test', stages: [64] }));

describe.each([
  ['plain', SCHEME],
  ['with chosen codes', withCalibration(SCHEME, { rounding: 'gptq', images: 32 })],
])('%s', (_, scheme) => {
  test('a layer back in float brings back exactly those images that measuring it so would', async () => {
    const layers = layersOf(session.model.network).map(({ id }) => id);
    const policy: BitPolicy = {
      ...uniformPolicy(session.model.network, 2, 4),
      [layers[3]]: { weights: FLOAT, activations: FLOAT },
    };
    const { flips } = await measured(policy, scheme);
    const images = Array.from({ length: 64 }, (_, i) => i);
    const flipped = new Set(flips.index);
    const found = await session.attribute({ policy, scheme, split: 'test', images });
    expect(found.parts).toEqual(layers.filter((id) => id !== layers[3]).map((id) => [id]));
    expect([...found.lead].map((lead) => lead < 0)).toEqual(images.map((index) => flipped.has(index)));
    expect(found.lead.some((lead) => lead < 0)).toBe(true);
    if (scheme !== SCHEME) return; // codes are chosen for a policy, so that another policy's are others
    for (const [part, [layer]] of found.parts.entries()) {
      const slow = await measured({ ...policy, [layer]: { weights: FLOAT, activations: FLOAT } }, scheme);
      const still = new Set(slow.flips.index);
      expect(images.map((_, i) => found.flipsBack[i * found.parts.length + part])).toEqual(
        images.map((index) => Number(!still.has(index))),
      );
    }
  });
});

test('a skipped branch goes back as a whole', async () => {
  const { network } = session.model;
  const skipped = { weights: 0, activations: 8 } as const;
  const policy: BitPolicy = { ...uniformPolicy(network, 8, 8), '1a': skipped, '1b': skipped };
  const found = await session.attribute({ policy, scheme: SCHEME, split: 'test', images: [0, 1, 2] });
  expect(found.parts).toContainEqual(['1a', '1b']);
  const at = found.parts.findIndex((part) => part.length === 2);
  const most = found.parts.map((_, part) => Math.abs(found.restored[part]));
  expect(Math.max(...most)).toBe(most[at]);
});

test('images that the split does not have are refused by number', async () => {
  const policy = uniformPolicy(session.model.network, 4, 8);
  const ask = (images: number[]) => session.attribute({ policy, scheme: SCHEME, split: 'test', images });
  await expect(ask([2000])).rejects.toThrow(UnknownImageError);
  await expect(ask([2000])).rejects.toThrow('There is no test image 2000; choose one from 0 to 1999.');
  expect((await ask([])).restored).toHaveLength(0);
});

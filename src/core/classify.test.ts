// A picture of one's own is seen as the same picture in a split would be.
import '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import { untrainedNetwork } from '../engine/checkpoints';
import { FLOAT, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { labeledImage } from './pictures';
import { Session } from './session';
import { resultOf } from './turn';

const PUBLIC = new URL('../../public/', import.meta.url);
const assets = async (path: string) => Uint8Array.from(await readFile(new URL(path, PUBLIC))).buffer;
const scheme: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
const session = new Session({ now: () => 0, cacheBytes: 16e6 });

beforeAll(async () => {
  await chooseBackend({ forced: 'wasm', onFault: () => {} });
  const request = { seed: 1, assets, decode: async () => new Uint8Array(), signal: new AbortController().signal };
  const { dataset } = await session.openDataset('emoji10', { ...request, report: () => {} });
  const none = { get: async () => undefined, put: async () => ({ kept: true }) as const, delete: async () => {} };
  session.openNetwork('tiny', await untrainedNetwork('tiny', { ...dataset, id: 'emoji10' }, assets, none));
});

const argmax = (values: Float32Array) => values.indexOf(Math.max(...values));
const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);

test('both classes equal those measured for the same picture in the test split', async () => {
  const policy = uniformPolicy(session.model.network, 2, 4);
  const { predictions, flips } = await resultOf(
    session.measureAgainstFloat({ policy, scheme, split: 'test', stages: [64] }),
  );
  const inFloat = (index: number) => flips.float[flips.index.indexOf(index)] ?? predictions[index];
  for (const index of [0, 1, 2, ...flips.index.slice(0, 2)]) {
    const { pixels } = labeledImage(session.model.dataset, 'test', index);
    const { float, rounded } = await session.classify({ pixels, policy, scheme });
    expect(argmax(rounded)).toBe(predictions[index]);
    expect(argmax(float)).toBe(inFloat(index));
    expect([sum(float), sum(rounded)]).toBeAllClose([1, 1]);
  }
});

test('in float both are the same; transparent pixels are white', async () => {
  const policy = uniformPolicy(session.model.network, FLOAT, FLOAT);
  const clear = new Uint8ClampedArray(32 * 32 * 4);
  const white = new Uint8ClampedArray(32 * 32 * 4).fill(255);
  const ofClear = await session.classify({ pixels: clear, policy, scheme });
  expect(ofClear.rounded).toEqual(ofClear.float);
  expect(ofClear.float).toEqual((await session.classify({ pixels: white, policy, scheme })).float);
});

test('a picture of another size is refused with both sizes', async () => {
  const policy = uniformPolicy(session.model.network, 8, 8);
  await expect(session.classify({ pixels: new Uint8ClampedArray(16), policy, scheme })).rejects.toThrow(
    'The picture has 16 bytes; the network reads 32 x 32 pixels, 4096 bytes of RGBA.',
  );
});

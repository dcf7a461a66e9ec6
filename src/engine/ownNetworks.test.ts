// Own networks through the whole engine, as a user imports them: shipped weights, permuted, must be recognized.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../formats/checkpoint';
import { permuteOutputs, swapRedAndBlue } from '../graph/adapt';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import type { EngineClient } from './client';
import { bring, readCard, startTestEngine, type TestEngine, TRAINING } from './engine.testing';
import type { Params } from './protocol/commands';
import type { LoadedNetwork } from './protocol/opening';
import type { OwnInput } from './protocol/ownNetworks';

const PUBLIC = new URL('../../public/', import.meta.url);
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
let client: EngineClient;
let close: () => void;
let kept: TestEngine['kept'];
let crossed: TestEngine['crossed'];
let tiny: Network;
let shipped: { network: LoadedNetwork; predictions: Uint8Array; accuracy: number };
let normalization: OwnInput['normalization'];

const measure = async ({ architecture }: LoadedNetwork) => {
  const policy = uniformPolicy(architecture, FLOAT, FLOAT);
  const { predictions, accuracy } = await client.call('evaluate', {
    policy,
    scheme: SCHEME,
    split: 'test',
    stages: [128],
  }).result;
  return { predictions, accuracy: accuracy.value };
};
const open = async (network: Network, input: OwnInput) => {
  const token = await bring(client, network);
  return client.call('openOwnNetwork', { id: 'own-mine', token, label: 'mine', input, recipe: 'mine.onnx' }).result;
};

beforeAll(async () => {
  ({ client, kept, crossed, close } = startTestEngine());
  await client.call('start', { backend: 'wasm' }).result;
  await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  const network = await client.call('openNetwork', { network: 'tiny' }).result;
  shipped = { network, ...(await measure(network)) };
  tiny = readCheckpoint(
    networks.tiny.build([32, 32, 3], 10),
    new Uint8Array(await readFile(new URL('weights/tiny-emoji10.safetensors', PUBLIC))),
  );
  const card = JSON.parse(await readFile(new URL('weights/tiny-emoji10.json', PUBLIC), 'utf8'));
  normalization = card.normalization;
});
afterAll(() => {
  close();
});

describe('own networks', () => {
  it('match their original outputs for any order of colors and classes, with or without a softmax', async () => {
    const order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7];
    // In the permuted network output j is class order[j], so class i is the output at the position where order holds i.
    const inverse = order.map((_, i) => order.indexOf(i));
    const disguised = permuteOutputs(swapRedAndBlue(tiny), order);
    const last = disguised.nodes[disguised.nodes.length - 1].id;
    const nodes = [...disguised.nodes, { op: 'softmax', id: 'softmax', inputs: [last] } as const];
    const opened = await open({ ...disguised, nodes }, { normalization, channels: 'bgr', order: inverse });
    expect(opened).toMatchObject({ id: 'own-mine', checkpoint: { origin: 'own', recipe: 'mine.onnx' } });
    expect(await measure(opened)).toEqual({ predictions: shipped.predictions, accuracy: shipped.accuracy });
    expect(shipped.accuracy).toBeGreaterThan(0.8);
  });

  it('are found again, with their own normalization and later trained weights', async () => {
    const again = await client.call('openNetwork', { network: 'own-mine' }).result;
    expect((await measure(again)).predictions).toEqual(shipped.predictions);
    const options = { ...TRAINING, batchSize: 8, imagesPerEpoch: 16 };
    const trained = await client.call('train', options).result;
    expect(trained.network.checkpoint.origin).toBe('trained');
    const after = await measure(trained.network);
    await client.call('openNetwork', { network: 'tiny' }).result;
    expect(await measure(await client.call('openNetwork', { network: 'own-mine' }).result)).toEqual(after);
    const fresh = await client.call('openNetwork', { network: 'own-mine', weights: 'untrained' }).result;
    expect((await measure(fresh)).predictions).toEqual(shipped.predictions);
  });

  it('exported here predict the same, also at the next visit', async () => {
    const { architecture } = await client.call('openNetwork', { network: 'tiny' }).result;
    const policy = uniformPolicy(architecture, 3, 4);
    const scheme = withCalibration(SCHEME, { images: 64, correction: 'bias' });
    const evaluated = async (under: Params<'evaluate'>['policy'], as: QuantScheme) => {
      const params = { policy: under, scheme: as, split: 'test', stages: [64] } as const;
      const { predictions, loss } = await client.call('evaluate', params).result;
      return { predictions, loss };
    };
    const before = await evaluated(policy, scheme);
    for (const [format, exact] of [
      ['onnx', true],
      ['packed', false],
    ] as const) {
      await client.call('openNetwork', { network: 'tiny' }).result;
      const [file] = await client.call('exportNetwork', { format, options: {}, policy, scheme, points: [] }).result;
      const { token, states } = await readCard(client, file.name, file.content as Uint8Array);
      if (!token || !states.policy || !states.scheme || !states.ranges) throw new Error('it states no rounding');
      expect(states.policy).toEqual(policy);
      const input = { normalization, channels: 'rgb' } as const;
      const params = { id: 'own-back', token, label: 'back', input, recipe: '', statedRanges: true } as const;
      await client.call('openOwnNetwork', params).result;
      const after = await evaluated(states.policy, states.scheme);
      expect(after.predictions).toEqual(before.predictions);
      if (exact) expect(after.loss).toBe(before.loss);
      else expect(after.loss).toBeCloseTo(before.loss, 4);
      await client.call('openNetwork', { network: 'tiny' }).result;
      await client.call('openNetwork', { network: 'own-back' }).result;
      expect(await evaluated(states.policy, states.scheme)).toEqual(after);
    }
    await client.call('openNetwork', { network: 'tiny' }).result;
  });

  it('are tried with the usual normalizations', async () => {
    const seen: unknown[] = [];
    const { token = 0 } = await readCard(client, 'tiny.safetensors', writeCheckpoint(tiny));
    const found = await client.call('tryInputs', { token, images: 64 }, (trial) => seen.push(trial)).result;
    // Six presets and the page's own preprocessing for Emoji-10, in two color orders.
    expect(found.trials).toHaveLength(16);
    expect(seen).toHaveLength(16);
    expect(seen[0]).toMatchObject({ normalization: 'images', values: normalization, channels: 'rgb' });
    expect(found.trials[0].channels).toBe('rgb');
    expect(found.nearChance).toBe(false);
  });

  it('stay in the engine: no weights travel to the page or back, and a released one is gone', async () => {
    const large = initialize(networks.resnet8.build([32, 32, 3], 10), createRng(1));
    const before = crossed();
    const token = await bring(client, large);
    await client.call('tryInputs', { token, images: 1 }).result;
    const params = {
      id: 'own-large',
      token,
      label: 'large',
      input: { normalization, channels: 'rgb' },
      recipe: '',
    } as const;
    await client.call('openOwnNetwork', params).result;
    expect(crossed() - before).toBeLessThan(100);
    await client.call('dropNetwork', { token }).result;
    await expect(client.call('tryInputs', { token, images: 1 }).result).rejects.toMatchObject({
      name: 'ImportGoneError',
    });
    await client.call('forgetOwnNetwork', { id: 'own-large' }).result;
    await client.call('openNetwork', { network: 'tiny' }).result;
  });

  it('are deleted with the weights trained from them', async () => {
    const unlisted = (listed: readonly `own-${string}`[]) => client.call('unlistedNetworks', { listed }).result;
    expect((await unlisted(['own-back'])).map(({ id }) => id)).toEqual(['own-mine']);
    expect(await unlisted(['own-back', 'own-mine'])).toEqual([]);
    const mine = () => [...kept.keys()].filter((id) => id.includes('own-mine'));
    expect(mine()).toContain('own-mine');
    await client.call('forgetOwnNetwork', { id: 'own-mine' }).result;
    expect(mine()).toEqual([]);
    const reopened = client.call('openNetwork', { network: 'own-mine' }).result;
    await expect(reopened).rejects.toMatchObject({ name: 'OwnNetworkMissingError' });
  });

  it('with other inputs than the images are refused in words, and the network in use stays', async () => {
    const input = { normalization, channels: 'rgb' } as const;
    const refused = async (architecture: ReturnType<typeof networks.tiny.build>, words: RegExp) => {
      await expect(open(initialize(architecture, createRng(1)), input)).rejects.toThrow(words);
    };
    await refused(
      networks.tiny.build([32, 32, 3], 7),
      /tells 7 classes apart, and Emoji-10 has 10\. Open images with 7/,
    );
    await refused(networks.tiny.build([32, 32, 3], 1), /has one output, and images have two classes or more/);
    await refused(networks.tiny.build([28, 28, 4], 10), /reads images of 4 channels \[28, 28, 4\]/);
    const [image] = networks.tiny.build([32, 32, 3], 10).nodes;
    const flat = { op: 'flatten', id: 'flat', inputs: [image.id] } as const;
    await refused({ name: 'none', nodes: [image, flat] }, /no convolution and no dense layer/);
    await expect(client.call('openNetwork', { network: 'own-gone' }).result).rejects.toThrow(
      'Drop its file on the page',
    );
    expect(await measure(shipped.network)).toMatchObject({ predictions: shipped.predictions });
  });

  it('of another image size get scaled images', async () => {
    const large = initialize(networks.tiny.build([48, 40, 3], 10), createRng(1));
    const opened = await open(large, { normalization, channels: 'rgb' });
    const [picture] = await client.call('pictures', { split: 'test', indices: [0] }).result;
    expect([picture.height, picture.width]).toEqual([48, 40]);
    expect((await measure(opened)).accuracy).toBeLessThan(0.5);
  });
});

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Dataset } from '../data/dataset';
import { openEmoji10 } from '../data/emoji10';
import { findNetwork, freshNetwork } from '../engine/checkpoints';
import type { Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { colorDataset } from '../train/synthetic.testing';
import type { NetworkId } from '../zoo/registry';
import { networkFingerprint } from './fingerprint';

const dataset = colorDataset(6, 6, 32);
const { network } = freshNetwork('tiny', dataset);

/** The network with the last bit of one number flipped. */
function nudged(of: Network): Network {
  const [name, parameter] = [...of.parameters][3];
  const values = Float32Array.from(parameter.values);
  new Uint32Array(values.buffer)[0] ^= 1;
  return { ...of, parameters: new Map(of.parameters).set(name, { ...parameter, values }) };
}

test('fingerprints are equal for equal inputs and differ with every input of a measurement', () => {
  const here = networkFingerprint(network, dataset);
  expect(networkFingerprint(freshNetwork('tiny', colorDataset(6, 6, 32)).network, { ...dataset })).toBe(here);
  const relu6 = network.nodes.map((node) => (node.op === 'relu' ? { ...node, op: 'relu6' as const } : node));
  const policy = uniformPolicy(network, 8, 8);
  const known = { policy, scheme: { quantizer: 'affine', granularity: 'tensor' }, ranges: new Map() } as const;
  const range = { choice: 'minMax', min: 0, max: 1, meanMagnitude: 0.5 } as const;
  const others = [
    networkFingerprint(nudged(network), dataset),
    networkFingerprint({ ...network, nodes: relu6 }, dataset),
    networkFingerprint(network, colorDataset(7, 6, 32)),
    networkFingerprint(network, { ...dataset, normalization: { mean: [0, 0, 0], std: [1, 1, 1] } }),
    networkFingerprint(network, dataset, known),
    networkFingerprint(network, dataset, { ...known, ranges: new Map([['conv1', range]]) }),
  ];
  expect(new Set([here, ...others]).size).toBe(1 + others.length);
});

const PUBLIC = new URL('../../public/', import.meta.url);
const assets = async (path: string) => new Uint8Array(await readFile(new URL(path, PUBLIC))).buffer as ArrayBuffer;
const nothingKept = {
  get: async () => undefined,
  put: async () => ({ kept: true }) as const,
  delete: async () => undefined,
};

// A failure means that weights, artwork or structure differ from those behind the shipped results: measure again with
// `npm run precompute`.
test.each(['tiny', 'resnet8', 'resnet20'] as const)(
  'the shipped results of %s are of the shipped weights',
  async (id) => {
    const emoji: Dataset = await openEmoji10(await assets('emoji10/sprites.bin'), { seed: 1 });
    const found = await findNetwork(id satisfies NetworkId, { ...emoji, id: 'emoji10' }, assets, nothingKept);
    const text = new TextDecoder().decode(await assets(`precomputed/${id}-emoji10.json`));
    const fingerprint = networkFingerprint(found.network, emoji);
    expect(fingerprint).toBe(JSON.parse(text).sensitivity.fingerprint);
    const teaching = JSON.parse(new TextDecoder().decode(await assets('precomputed/teaching.json')));
    if (id !== 'resnet20')
      expect(fingerprint, 'the numbers that teachers expect').toBe(teaching.networks[id].fingerprint);
  },
);

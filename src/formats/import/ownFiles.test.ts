import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { layersOf, type Network } from '../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { take, useBackend } from '../../nn/backends.testing';
import { Inference } from '../../nn/inference';
import { everything, modern, randomNetwork, rangeOf } from '../../nn/networks.testing';
import type { QuantScheme } from '../../quant/registry';
import { type ActivationRange, activationRounding } from '../../rounding/activationRounding';
import { networks } from '../../zoo/registry';
import { writeCheckpoint } from '../checkpoint';
import { packNetwork } from '../packed';
import { type Project, readProject, writeProject } from '../project';
import { parseSafetensors, serializeSafetensors } from '../safetensors';
import { fuzz } from './fuzz.testing';
import { inspectFiles } from './readers';
import { decisions, difference } from './thirdParty.testing';

const inspect = (bytes: Uint8Array) => inspectFiles([{ name: 'dropped', bytes }]);
const tiny = randomNetwork(networks.tiny.build([32, 32, 3], 10), 3);
const resnet = randomNetwork(networks.resnet8.build([32, 32, 3], 10), 4);

function mixedPolicy(network: Network, activations: readonly BitWidth[] = [FLOAT]): BitPolicy {
  const weights = [8, 2, 4, FLOAT, 3] as BitWidth[];
  return Object.fromEntries(
    layersOf(network).map(({ id }, i) => [
      id,
      { weights: weights[i % weights.length], activations: activations[i % activations.length] },
    ]),
  );
}

/** Logits of 16 random images. */
async function logits(
  network: Network,
  policy: BitPolicy,
  scheme: QuantScheme,
  ranges: ReadonlyMap<string, ActivationRange> = new Map(),
) {
  if (!(await useBackend('wasm'))) await useBackend('cpu');
  const [image] = network.nodes;
  if (image.op !== 'input') throw new Error('no input');
  const rng = createRng(9);
  const size = image.shape.reduce((product, d) => product * d, 16);
  const x = Float32Array.from({ length: size }, () => rng.normal());
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const result = await take(model.run(() => tf.tensor4d(x, [16, ...image.shape])).logits);
  model.dispose();
  return result;
}

describe('the packed file, dropped', () => {
  test.each<[Network, QuantScheme]>([
    [resnet, { quantizer: 'symmetric', granularity: 'channel' }],
    [resnet, { quantizer: 'affine', granularity: 'tensor', range: 'mse' }],
    [tiny, { quantizer: 'dsconv', granularity: 'block:32', scaleBits: 16, activations: 'bfp' }],
  ])('gives the predictions that it was exported with (%#)', async (network, scheme) => {
    const policy = mixedPolicy(network);
    const found = await inspect(packNetwork(network, policy, scheme, new Map()));
    // The kernels are on their grid, which any range holds.
    const { range: _, ...again } = scheme;
    expect(found).toMatchObject({
      format: 'fewbits packed file',
      unsupported: [],
      setting: { policy, scheme: again },
    });
    if (found.network === undefined) throw new Error('no network');
    const before = await logits(network, policy, scheme);
    const largest = Math.max(...before.map(Math.abs));
    for (const as of [uniformPolicy(found.network, FLOAT, FLOAT), policy]) {
      const after = await logits(found.network, as, again);
      expect(difference(after, before)).toBeLessThan(1e-5 * largest);
      expect(decisions(after)).toEqual(decisions(before));
    }
  });

  test('leaves weights float that rounding would change, and names them', async () => {
    const scheme = { quantizer: 'dorefa', granularity: 'channel' } as const;
    const { network, setting, notes } = await inspect(
      packNetwork(tiny, uniformPolicy(tiny, 4, FLOAT), scheme, new Map()),
    );
    expect(setting?.policy).toEqual(uniformPolicy(tiny, FLOAT, FLOAT));
    expect(notes[1]).toBe(
      'Weights of "conv1", "conv2", "conv3" and 2 more came in as 32-bit numbers: DoReFa would round the rounded weights once more.',
    );
    const before = await logits(tiny, uniformPolicy(tiny, 4, FLOAT), scheme);
    const after = await logits(network as Network, setting?.policy as BitPolicy, scheme);
    expect(difference(after, before)).toBeLessThan(1e-4);
  });

  test.each(['uniform', 'pact', 'lsq'] as const)('restores the grids of its activations (%s)', async (activations) => {
    const scheme = { quantizer: 'symmetric', granularity: 'channel', activations } as const;
    const policy = mixedPolicy(tiny, [FLOAT, 8, 4, 3]);
    const ranges = new Map(layersOf(tiny).map(({ id }, i) => [id, rangeOf(i === 0 ? -1 : 0, 1 + i / 3)]));
    const roundings = (read: ReadonlyMap<string, ActivationRange>) =>
      layersOf(tiny)
        .filter(({ id }) => policy[id].activations !== FLOAT)
        .map(({ id }) => [id, activationRounding(id, scheme, policy[id].activations, false, read.get(id))] as const);
    const grids = new Map(
      roundings(ranges).map(([id, rounding]) => [
        id,
        rounding.quantizer === 'bfp' ? { scale: 0, offset: 0 } : rounding.grid,
      ]),
    );
    const { network, setting } = await inspect(packNetwork(tiny, policy, scheme, grids));
    const again = new Map(roundings(setting?.ranges ?? new Map()));
    for (const [id, grid] of grids) expect(again.get(id)).toMatchObject({ quantizer: activations, grid });
    if (network === undefined) throw new Error('no network');
    const before = await logits(tiny, policy, scheme, ranges);
    const after = await logits(network, policy, scheme, setting?.ranges);
    expect(decisions(after)).toEqual(decisions(before));
  });

  test('of a network outside the zoo asks for the project file', async () => {
    const network = randomNetwork(everything(), 1);
    const file = packNetwork(
      network,
      uniformPolicy(network, 4, FLOAT),
      { quantizer: 'affine', granularity: 'channel' },
      new Map(),
    );
    await expect(inspect(file)).rejects.toMatchObject({
      what: 'This is a packed file of the network "Everything".',
      where: 'dropped',
      why: 'Such a file holds numbers and no architecture, and is read only where the zoo knows the network.',
      next: 'Export the project file (.fewbits.safetensors) instead, which holds the architecture too.',
    });
  });

  test('names the changed part if edited', async () => {
    const file = packNetwork(
      tiny,
      uniformPolicy(tiny, 4, FLOAT),
      { quantizer: 'affine', granularity: 'channel' },
      new Map(),
    );
    const { tensors, metadata } = parseSafetensors(file);
    const fewer = new Map(tensors);
    fewer.delete('conv2.codes');
    await expect(inspect(serializeSafetensors({ tensors: fewer, metadata }))).rejects.toMatchObject({
      what: 'The packed file\'s "conv2.codes" is missing, where U8 [2304] is expected; it is damaged or of another network.',
      where: 'dropped',
    });
    const nowhere = new Map([...metadata, ['layers', '{"__proto__":[4,32,[3,3,3,16]]}']]);
    await expect(inspect(serializeSafetensors({ tensors, metadata: nowhere }))).rejects.toThrow(
      'This is a packed file of',
    );
  });
});

const everyNode = randomNetwork(everything(), 6);
const learned = new Map([
  ...everyNode.parameters,
  ['fc2.kernel@lsq/tensor/4', { shape: [1, 1], values: Float32Array.of(0.0625) }],
]);
const project: Project = {
  network: { ...everyNode, parameters: learned },
  policy: mixedPolicy(everyNode, [FLOAT, 8, 4]),
  scheme: { quantizer: 'lsq', granularity: 'tensor', range: 'percentile', activations: 'lsq' },
  ranges: new Map(layersOf(everyNode).map(({ id }, i) => [id, rangeOf(i === 0 ? -1 : 0, 1 + i / 3)])),
  normalization: { mean: [0.1, 0.2, 0.3], std: [1, 0.5, 0.25] },
  classes: ['ant', '<b>bee</b>', '__proto__', 'dog'],
  provenance: {
    dataset: 'own',
    split: 'test',
    accuracy: { value: 0.9, lower: 0.88, upper: 0.92, n: 1000 },
    seed: 7,
    version: '0.0.0',
    backend: 'wasm',
    calibrationImages: 512,
  },
};

describe('the project file', () => {
  test('holds everything, and packs to the same bytes again', () => {
    const again = readProject(writeProject(project));
    expect(again).toEqual(project);
    const other = randomNetwork(modern(), 6);
    const same = { ...project, network: other, policy: mixedPolicy(other, [FLOAT, 8, 4]), ranges: new Map() };
    expect(readProject(writeProject(same))).toEqual(same);
    const grids = new Map(everyNode.nodes.map(({ id }) => [id, { scale: 0.5, offset: 0 }]));
    const pack = ({ network, policy, scheme }: Project) => packNetwork(network, policy, scheme, grids);
    expect(Buffer.compare(pack(again), pack(project))).toBe(0);
  });

  test('dropped, gives the same predictions under its policy', async () => {
    const { network, setting, classes, format } = await inspect(writeProject(project));
    if (network === undefined || !setting?.policy || !setting.scheme) throw new Error('no network');
    expect({ format, classes }).toEqual({ format: 'fewbits project', classes: project.classes });
    const before = await logits(project.network, project.policy, project.scheme, new Map(project.ranges));
    const after = await logits(network, setting.policy, setting.scheme, new Map(setting.ranges));
    expect(after).toEqual(before);
  });

  const { tensors, metadata } = parseSafetensors(writeProject(project));
  const content = JSON.parse(metadata.get('project') as string);
  const { nodes } = content.architecture;
  const withNode = (index: number, change: object) => ({
    architecture: {
      ...content.architecture,
      nodes: nodes.map((node: object, i: number) => (i === index ? { ...node, ...change } : node)),
    },
  });

  test.each<[object, string]>([
    [withNode(1, { op: 'eval' }), 'Node 1 of the file ("a") has the unknown operation "eval"'],
    [withNode(1, { op: 'constructor' }), 'has the unknown operation "constructor"'],
    [withNode(1, { filters: -1 }), 'has -1 as its "filters"'],
    [withNode(1, { color: 'red' }), 'has "color", which conv2d does not know'],
    [withNode(1, { inputs: 'image' }), 'has no list of inputs'],
    [withNode(1, { inputs: ['nobody'] }), 'reads "nobody", which no earlier node gives'],
    [withNode(1, { filters: 7 }), '"a.kernel" should be [3, 3, 3, 7] but is [3, 3, 3, 6]'],
    [{ architecture: null }, 'does not describe its network'],
    [{ policy: {} }, 'The config has no entry for layer "a"'],
    [{ scheme: 'lsq' }, '"" is not a granularity'],
    [
      { ranges: [['a', { min: 2, max: 1, meanMagnitude: 0, choice: 'minMax' }]] },
      "The project file's ranges cannot be read",
    ],
    [{ ranges: [['zz', rangeOf(0, 1)]] }, "The project file's ranges cannot be read"],
    [{ normalization: { mean: [0], std: ['1'] } }, "The project file's normalization cannot be read"],
    [{ classes: [1] }, "The project file's classes cannot be read"],
    [
      { provenance: { ...project.provenance, accuracy: { value: 2, lower: 0, upper: 1, n: 1 } } },
      'accuracy cannot be read',
    ],
  ])('with a fault is refused: %#', async (change, message) => {
    const text = JSON.stringify({ ...content, ...change });
    const bytes = serializeSafetensors({ tensors, metadata: new Map([...metadata, ['project', text]]) });
    await expect(inspect(bytes)).rejects.toThrow(message);
  });
});

test.each(Object.values(networks).slice(0, 4))(
  'weights of $label, as they are shipped, are found by their shapes',
  async ({ build }) => {
    const network = randomNetwork(build([32, 32, 3], 7), 2);
    const found = await inspect(writeCheckpoint(network));
    expect(found.format).toBe('fewbits weights');
    expect(found.network?.name).toBe(network.name);
    for (const [name, { values }] of network.parameters)
      expect(
        Buffer.compare(
          Buffer.from(found.network?.parameters.get(name)?.values.buffer as ArrayBuffer),
          Buffer.from(values.buffer),
        ),
      ).toBe(0);
  },
);

describe('broken files', { timeout: 600_000 }, () => {
  const small = uniformPolicy(tiny, 4, FLOAT);
  test.each<[string, Uint8Array]>([
    ['packed', packNetwork(tiny, small, { quantizer: 'affine', granularity: 'channel' }, new Map())],
    ['project', writeProject(project)],
    ['weights', writeCheckpoint(tiny)],
  ])('%s', async (_, bytes) => {
    const report = await fuzz(inspectFiles, [{ name: 'dropped', bytes }]);
    expect(report.errors.size).toBeGreaterThan(5);
  });
});

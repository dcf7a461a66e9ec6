// Exported and reimported networks predict the same: shipped networks under mixed policies, on images of Emoji-10, in
// every format with both directions. Bits, quantizer and ranges come from the file.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeBatch, evaluationPlan } from '../../data/batch';
import { openEmoji10 } from '../../data/emoji10';
import { branchesOf } from '../../graph/branches';
import { layersOf, type Network } from '../../graph/network';
import { type BitPolicy, FLOAT, SKIPPED, uniformPolicy } from '../../graph/policy';
import { closeSkips, withoutSkipped } from '../../graph/skips';
import { createRng } from '../../math/rng';
import { useBackend } from '../../nn/backends.testing';
import type { QuantScheme } from '../../quant/registry';
import { writeCheckpoint } from '../checkpoint';
import type { ExportContext } from '../export/context';
import type { ExportId, ExportOptions } from '../export/registry';
import { compare, contextOf, mixedPolicy, ourLogits, rangesOn, shippedNetwork } from '../export/witness.testing';
import { writeExport } from '../export/write';
import type { Inspection } from './importer';
import { inspectFiles } from './readers';

const IMAGES = 16;
const SYMMETRIC: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
let images: Float32Array;

beforeAll(async () => {
  expect(await useBackend('wasm')).toBe(true);
  const sprites = readFileSync(new URL('../../../public/emoji10/sprites.bin', import.meta.url));
  const dataset = await openEmoji10(new Uint8Array(sprites).buffer);
  images = composeBatch(dataset.test, evaluationPlan(0, IMAGES), dataset).images;
});

/** The export as files, read again. */
function roundTrip(context: ExportContext, id: ExportId, options: ExportOptions = {}): Promise<Inspection> {
  const files = writeExport(id, context, options).filter(({ name }) => !name.endsWith('.py'));
  const bytes = (content: string | Uint8Array) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return inspectFiles(files.map(({ name, content }) => ({ name, bytes: bytes(content) })));
}

/** The imported network with its stated rounding; parts that are not stated come from `otherwise`. */
function contextRead({ network, setting, unsupported }: Inspection, otherwise: ExportContext): ExportContext {
  expect(unsupported).toEqual([]);
  return { ...otherwise, ...setting, network: network as Network };
}

/** A TensorFlow.js model, whose layers round no activations, gives the logits of float activations. */
async function keepsLogitsInTfjs(context: ExportContext): Promise<Network> {
  const float: BitPolicy = Object.fromEntries(
    Object.entries(context.policy).map(([layer, { weights }]) => [layer, { weights, activations: FLOAT }]),
  );
  const { network: read, unsupported } = await roundTrip(context, 'tfjs');
  expect(unsupported).toEqual([]);
  const network = read as Network;
  const again = { network, policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
  const expected = ourLogits({ ...context, policy: float, ranges: new Map() }, images, 32);
  expect(compare(expected, ourLogits({ ...context, ...again }, images, 32), 10)).toMatchObject({ flips: 0, above: 0 });
  return network;
}

/** ONNX in all its forms. */
const FORMS: readonly (readonly [ExportId, ExportOptions])[] = [
  ['onnx', {}],
  ['qonnx', { runnable: true }],
  ['onnx', { int2: true, scalesInside: true }],
  ['qonnx', { runnable: true, scalesInside: true }],
  ['onnx', { int2: true }],
  ['onnx', { scalesInside: true }],
  ['qonnx', {}],
  ['qonnx', { scalesInside: true }],
];

type Case = readonly [name: 'resnet8' | 'resnet20', seed: number, scheme: QuantScheme, forms: typeof FORMS];

const cases: readonly Case[] = [
  ['resnet8', 1, SYMMETRIC, FORMS],
  ['resnet8', 2, SYMMETRIC, FORMS.slice(0, 2)],
  ['resnet8', 3, { quantizer: 'symmetric', granularity: 'tensor', range: 'mse' }, FORMS.slice(0, 2)],
  ['resnet8', 4, { quantizer: 'dsconv', granularity: 'channel', activations: 'pact' }, FORMS.slice(0, 2)],
  ['resnet20', 5, SYMMETRIC, FORMS.slice(0, 2)],
  ['resnet20', 6, { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' }, FORMS.slice(2, 4)],
];

describe.each(cases)('%s, seed %i, %o', (name, seed, scheme, forms) => {
  const network = shippedNetwork(name, 'emoji10');
  const policy = mixedPolicy(network, [2, 8], [4, 8], createRng(seed));
  let context: ExportContext;
  let before: Float32Array;

  beforeAll(() => {
    context = contextOf(network, policy, scheme, rangesOn(network, images, 32));
    before = ourLogits(context, images, 32);
  });

  it.each([...forms, ['project', {}]] as typeof FORMS)('%s %o: the same bits', async (id, options) => {
    const read = await roundTrip(context, id, options);
    expect(read.setting?.policy).toEqual(policy);
    expect(read.setting?.normalization).toEqual(context.normalization);
    expect(read.classes).toEqual(context.classes);
    expect(ourLogits(contextRead(read, context), images, 32)).toEqual(before);
  });

  it('packed', async () => {
    const read = await roundTrip(context, 'packed');
    expect(read.setting?.policy).toEqual(policy);
    // The file lacks the range of the image, because layers that leave the image float have none; it is measured again.
    const ranges = new Map([...rangesOn(read.network as Network, images, 32), ...(read.setting?.ranges ?? [])]);
    const again = { ...contextRead(read, context), ranges };
    expect(compare(before, ourLogits(again, images, 32), 10)).toMatchObject({ flips: 0, above: 0 });
  });

  it('TensorFlow.js: float activations, because its layers round none', async () => {
    await keepsLogitsInTfjs(context);
  });

  it('weights only', async () => {
    const read = await inspectFiles([{ name: 'weights.safetensors', bytes: writeCheckpoint(network) }]);
    expect(ourLogits(contextRead(read, context), images, 32)).toEqual(before);
  });
});

describe.each(['resnet8', 'resnet20'] as const)('%s with skipped branches', (name) => {
  const network = shippedNetwork(name, 'emoji10');
  const mixed = mixedPolicy(network, [2, 8], [4, 8], createRng(7));
  const gone = branchesOf(network).filter((_, i) => i % 4 === 0);
  const zeros = gone.map(({ layers: [id] }) => [id, { ...mixed[id], weights: SKIPPED }]);
  const policy = closeSkips(branchesOf(network), { ...mixed, ...Object.fromEntries(zeros) });
  const left = withoutSkipped(network, policy);
  let context: ExportContext;
  let before: Float32Array;

  beforeAll(() => {
    context = contextOf(network, policy, SYMMETRIC, rangesOn(network, images, 32));
    before = ourLogits(context, images, 32);
  });

  it.each(FORMS.slice(0, 2))('%s %o: the remaining layers, and the same bits', async (id, options) => {
    const read = await roundTrip(context, id, options);
    expect(read.setting?.policy).toEqual(left.policy);
    expect(layersOf(read.network as Network)).toHaveLength(layersOf(left.network).length);
    expect(ourLogits(contextRead(read, context), images, 32)).toEqual(before);
  });

  it('TensorFlow.js: nothing of the skipped layers', async () => {
    const ids = (await keepsLogitsInTfjs(context)).nodes.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(left.policy)));
    for (const id of gone.flatMap(({ layers }) => layers)) expect(ids).not.toContain(id);
  });

  it('project: all layers, and the same bits', async () => {
    const read = await roundTrip(context, 'project');
    expect(read.setting?.policy).toEqual(policy);
    expect(ourLogits(contextRead(read, context), images, 32)).toEqual(before);
  });

  it('packed: all layers, without numbers of the skipped ones', async () => {
    const read = await roundTrip(context, 'packed');
    expect(read.setting?.policy).toEqual(policy);
    const ranges = new Map([...rangesOn(network, images, 32), ...(read.setting?.ranges ?? [])]);
    const again = { ...contextRead(read, context), ranges };
    expect(compare(before, ourLogits(again, images, 32), 10)).toMatchObject({ flips: 0, above: 0 });
  });
});

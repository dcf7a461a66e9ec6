// Exports through the whole engine: the files contain what was measured.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportId, ExportOptions } from '../formats/export/registry';
import { packedBytes } from '../formats/packed';
import { readProject } from '../formats/project';
import { arenaBytes } from '../formats/tfliteArena';
import { foldedArchitecture } from '../graph/folding';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { EngineClient } from './client';
import { readCard, startTestEngine, TRAINING } from './engine.testing';
import type { Measurement } from './protocol/measuring';
import type { LoadedNetwork } from './protocol/opening';

const SCHEME: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
let client: EngineClient;
let close: () => void;
let network: LoadedNetwork;
let policy: BitPolicy;

const write = (format: ExportId, scheme = SCHEME, options: ExportOptions = {}, measured?: Measurement) => {
  const stated = measured && { measured: { accuracy: measured.accuracy, split: measured.split } };
  return client.call('exportNetwork', { format, options, policy, scheme, ...stated, points: [] }).result;
};

beforeAll(async () => {
  ({ client, close } = startTestEngine());
  await client.call('start', { backend: 'wasm' }).result;
  await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  network = await client.call('openNetwork', { network: 'tiny' }).result;
  policy = uniformPolicy(network.architecture, 4, 6);
});
afterAll(() => close());

it('the packed file has the size stated by the page, with batch norms kept or folded', async () => {
  for (const scheme of [SCHEME, withCalibration(SCHEME, { batchNorm: 'fold', correction: 'bias' })]) {
    const [packed, loader] = await write('packed', scheme);
    const folds = scheme.calibration?.batchNorm === 'fold';
    const architecture = folds ? foldedArchitecture(network.architecture) : network.architecture;
    expect((packed.content as Uint8Array).length).toBe(packedBytes(architecture, policy, scheme));
    expect(loader.name).toBe('load.py');
  }
});

it('flash and RAM of a board are those of the exported .tflite file, which is measured in integers', async () => {
  const eight = uniformPolicy(network.architecture, 4, 8);
  for (const scheme of [SCHEME, withCalibration(SCHEME, { batchNorm: 'fold', correction: 'bias' })]) {
    const params = { format: 'tflite', options: {}, policy: eight, scheme, points: [] } as const;
    const [{ content }] = await client.call('exportNetwork', params).result;
    const { flash, ram, int4 } = await client.call('deviceMemory', { policy: eight, scheme, kernels: 'reference' })
      .result;
    expect(flash).toBe((content as Uint8Array).length);
    expect(ram).toBe(arenaBytes(content as Uint8Array));
    expect(int4.has('conv3')).toBe(true);
  }
  const params = { policy: eight, scheme: SCHEME, split: 'test', images: 20, rounding: 'tflm' } as const;
  const seen: number[] = [];
  const { accuracy } = await client.call('evaluateOnDevice', params, ({ n }) => seen.push(n)).result;
  expect(accuracy.n).toBe(20);
  expect(seen).toEqual([8, 16]);
  // Layers whose activations are float have 16 bits there, too.
  const wide = { ...params, policy: uniformPolicy(network.architecture, 4, FLOAT), images: 8, int16: true } as const;
  expect((await client.call('evaluateOnDevice', wide).result).accuracy.n).toBe(8);
});

it('every format states the measurements, or their absence', async () => {
  const measured = await client.call('evaluate', { policy, scheme: SCHEME, split: 'test', stages: [128] }).result;
  const float = uniformPolicy(network.architecture, FLOAT, FLOAT);
  const plain = await client.call('evaluate', { policy: float, scheme: SCHEME, split: 'test', stages: [128] }).result;
  const { provenance } = readProject((await write('project', SCHEME, {}, measured))[0].content as Uint8Array);
  expect(provenance).toMatchObject({ accuracy: measured.accuracy, floatAccuracy: plain.accuracy, split: 'test' });
  expect(provenance).toMatchObject({ dataset: 'Emoji-10', seed: 1, calibrationImages: 256 });
  expect(provenance.backend).toMatch(/^wasm, /);
  expect((await write('report'))[0].content).toContain('not measured');
});

it('a project of a corrected network stores the uncorrected network and its scheme', async () => {
  const corrected = withCalibration(SCHEME, { correction: 'bias', range: 'mse', images: 128 });
  const [of, plain] = await Promise.all([write('project', corrected), write('project')]);
  const project = readProject(of[0].content as Uint8Array);
  expect(project.scheme).toEqual(corrected);
  expect(project.network.parameters).toEqual(readProject(plain[0].content as Uint8Array).network.parameters);
});

it('a project of weights trained under rounding is never opened as a float network', async () => {
  const bring = async () => {
    const [{ name, content }] = await write('project');
    const { token = 0 } = await readCard(client, name, content as Uint8Array);
    const input = { normalization: { mean: [0, 0, 0], std: [1, 1, 1] }, channels: 'rgb' } as const;
    const from = { id: 'own-mine', token, label: 'mine', input, recipe: 'A project.' } as const;
    const opened = await client.call('openOwnNetwork', from).result;
    const again = await client.call('openNetwork', { network: 'own-mine' }).result;
    expect(again.checkpoint).toEqual(opened.checkpoint);
    await client.call('openNetwork', { network: 'tiny' }).result;
    return opened.checkpoint;
  };
  expect(await bring()).not.toHaveProperty('trainedFrom');
  await client.call('train', { ...TRAINING, imagesPerEpoch: 64, policy, scheme: SCHEME }).result;
  expect((await bring()).trainedFrom).toBeNull();
});

it('networks that a format cannot express are refused in words', async () => {
  const blocks: QuantScheme = { quantizer: 'dsconv', granularity: 'block:32', activations: 'bfp' };
  await expect(write('onnx', blocks)).rejects.toMatchObject({ name: 'ExportError' });
  await expect(write('onnx', SCHEME, { runnable: true })).rejects.toThrow('has no option "runnable"');
});

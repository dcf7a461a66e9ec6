// Networks that are read, kept and dropped: by the reader's own script in a real thread, whose weights are moved, not
// copied.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../formats/checkpoint';
import { writeExport } from '../formats/export/write';
import { writeProject } from '../formats/project';
import { type Network, parameterName } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { ImportGoneError, Imports } from './imports';
import { spawnReader } from './reader.testing';

const tiny: Network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(3));
const context = {
  ...{ network: tiny, policy: uniformPolicy(tiny, 4, FLOAT), ranges: new Map(), classes: [] },
  ...{ scheme: { quantizer: 'symmetric', granularity: 'channel' } as const },
  ...{ normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
  ...{ provenance: { dataset: 'x', split: 'test', seed: 1, version: '1', backend: 'wasm' } },
};
const KERAS = new URL('../formats/import/keras/fixtures/residual.h5.gz', import.meta.url);
const weightBytes = ({ parameters }: Network) =>
  [...parameters.values()].reduce((sum, { values }) => sum + values.byteLength, 0);

const FILES: Readonly<Record<string, () => readonly { readonly name: string; readonly content: BlobPart }[]>> = {
  'tiny.safetensors': () => [{ name: 'tiny.safetensors', content: writeCheckpoint(tiny) as Uint8Array<ArrayBuffer> }],
  'work.fewbits.safetensors': () => [
    { name: 'work.fewbits.safetensors', content: writeProject(context) as Uint8Array<ArrayBuffer> },
  ],
  'tiny.onnx': () => writeExport('onnx', context),
  'TF.js': () => writeExport('tfjs', context),
  'residual.h5': () => [{ name: 'residual.h5', content: gunzipSync(readFileSync(KERAS)) }],
};
const dropped = (format: string) => FILES[format]().map(({ name, content }) => ({ name, file: new Blob([content]) }));
const never = new AbortController().signal;

describe.each(Object.keys(FILES))('%s', (format) => {
  test('is read without copying a weight, and kept under its token until released', async () => {
    const costs = { copied: 0, moved: 0 };
    const imports = new Imports(() => spawnReader(costs));
    const card = await imports.read(dropped(format), never);
    const token = card.token as number;
    const { network } = imports.get(token);
    expect(costs).toEqual({ copied: 0, moved: weightBytes(network) });
    expect(costs.moved).toBeGreaterThan(1000);
    expect(card.architecture?.nodes).toEqual(network.nodes);
    expect(JSON.stringify(card)).not.toContain('"values"');
    const name = network.nodes.find(({ op }) => op === 'conv2d')?.id as string;
    expect(network.parameters.get(parameterName(name, 'kernel'))?.values.some((v) => v !== 0)).toBe(true);
    imports.drop(token);
    expect(() => imports.get(token)).toThrow(ImportGoneError);
  });
});

test('files without a network are refused in four sentences, and nothing is kept', async () => {
  const imports = new Imports(() => spawnReader());
  const reading = imports.read([{ name: 'notes.txt', file: new Blob(['hello']) }], never);
  await expect(reading).rejects.toMatchObject({ name: 'ImportError', where: 'notes.txt' });
  expect(() => imports.get(1)).toThrow('Drop its file once more.');
});

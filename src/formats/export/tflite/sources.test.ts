// The sources hold the file, and g++ accepts them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Network } from '../../../graph/network';
import { FLOAT, uniformPolicy } from '../../../graph/policy';
import { arenaBytes } from '../../tfliteArena';
import { openZip } from '../../zip';
import { contextOf, shippedNetwork } from '../witness.testing';
import { tfliteModel } from './model';
import { tflmSources } from './sources';

const network: Network = shippedNetwork('resnet8', 'emoji10');
const ranges = new Map(
  network.nodes.map(({ id }) => [id, { min: -1, max: 1, meanMagnitude: 0.5, choice: 'minMax' as const }]),
);

function contextFor(weights: 4 | 8 | typeof FLOAT, activations: 8 | typeof FLOAT) {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const context = contextOf(network, uniformPolicy(network, weights, activations), scheme, ranges);
  return { ...context, tensorRanges: ranges };
}

function textsOf(context: ReturnType<typeof contextFor>): Map<string, string> {
  const entries = openZip(tflmSources(context, 'resnet-8').content, 'sources');
  return new Map([...entries].map(([name, entry]) => [name, new TextDecoder().decode(entry.read())]));
}

test('the array is the file, and the program reserves and registers what it needs', () => {
  const texts = textsOf(contextFor(4, 8));
  expect([...texts.keys()]).toEqual(['resnet_8_model_data.h', 'resnet_8_model_data.cc', 'main.cc']);
  const { content } = tfliteModel(contextFor(4, 8));
  const bytes = [...(texts.get('resnet_8_model_data.cc') as string).matchAll(/0x(..)/g)].map(([, hex]) =>
    parseInt(hex, 16),
  );
  expect(Uint8Array.from(bytes)).toEqual(content);
  const header = texts.get('resnet_8_model_data.h') as string;
  expect(header).toContain(`g_resnet_8_model_data_size = ${content.length};`);
  const arena = Number(/arena_size = (\d+)/.exec(header)?.[1]);
  expect(arena).toBeGreaterThan(arenaBytes(content, 'mve') + 5000);
  expect(arena).toBeLessThan(arenaBytes(content, 'mve') + 12_000);
  const added = [...(texts.get('main.cc') as string).matchAll(/resolver\.Add(\w+)\(\)/g)].map(([, op]) => op);
  expect(added).toEqual(['Conv2D', 'Add', 'Pad', 'Mean', 'FullyConnected']);
  expect(texts.get('main.cc')).toContain('MicroMutableOpResolver<5> resolver;');
});

test.skipIf(spawnSync('g++', ['--version']).status !== 0)('g++ compiles the array (needs g++)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fewbits-tflm-'));
  try {
    for (const [name, text] of textsOf(contextFor(8, 8))) writeFileSync(join(folder, name), text);
    const flags = ['-std=c++17', '-fsyntax-only', '-Wall', '-Wextra', '-Werror'];
    execFileSync('g++', [...flags, join(folder, 'resnet_8_model_data.cc')], { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('rounded weights beside floats are refused, which it does not run', () => {
  expect(() => tflmSources(contextFor(8, FLOAT), 'net')).toThrow('give layers activations of 8 bits');
  expect(tflmSources(contextFor(FLOAT, FLOAT), 'net').losses).toEqual([]);
});

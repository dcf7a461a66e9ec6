import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { datasets } from '../data/registry';
import { sha256 } from '../data/sha256';
import { networks } from './registry';
import { hasResults, hasWeights, samples, weightsVersion } from './shipped';

const folder = (name: string) => new URL(`../../public/${name}/`, import.meta.url);
const pairs = Object.keys(networks).flatMap((network) => Object.keys(datasets).map((dataset) => [network, dataset]));
const listed = (has: typeof hasWeights) =>
  pairs.filter(([network, dataset]) => has(network as keyof typeof networks, dataset)).map((pair) => pair.join('-'));

test('the list of weights matches the files, each with its card', () => {
  const files = readdirSync(folder('weights')).sort();
  expect(files).toEqual(
    listed(hasWeights)
      .flatMap((name) => [`${name}.json`, `${name}.safetensors`])
      .sort(),
  );
});

test('the list of measured policies matches the files', () => {
  const files = readdirSync(folder('precomputed')).filter(
    (name) => !['quantizers.json', 'teaching.json'].includes(name),
  );
  expect(files.sort()).toEqual(
    listed(hasResults)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

test('the list of samples matches the files', () => {
  const files = readdirSync(folder('samples'), { recursive: true }).map((path) => String(path).replaceAll('\\', '/'));
  const listed = samples.flatMap((sample) => [...sample.files] as string[]);
  expect(files.filter((path) => path.includes('.')).sort()).toEqual(listed.sort());
});

test('every card has the version and the checksum of its weights (npx tsx scripts/sealWeights.ts writes sums)', async () => {
  for (const name of listed(hasWeights)) {
    const {
      version,
      network,
      dataset,
      sha256: sum,
    } = JSON.parse(readFileSync(new URL(`${name}.json`, folder('weights')), 'utf8'));
    expect(version, name).toBe(weightsVersion(network, dataset));
    expect(sum, name).toBe(
      await sha256(new Uint8Array(readFileSync(new URL(`${name}.safetensors`, folder('weights'))))),
    );
  }
});

// Weights of architectures outside of the zoo, recognized by their shapes: our logits against PyTorch's, which
// scripts/zoo/known.py computed with modules written as in the programs that people use.
import { readFileSync } from 'node:fs';
import { gunzipSync, strFromU8 } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { type InputNode, layersOf, type Parameter } from '../../graph/network';
import { useBackend } from '../../nn/backends.testing';
import { knownArchitectures } from '../../zoo/known/library';
import { difference, logitsOf } from './thirdParty.testing';
import { fitZoo } from './zooWeights';

interface Case {
  readonly label: string;
  readonly channels: number;
  readonly size: readonly [h: number, w: number];
  readonly tensors: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly logits: readonly number[];
}

const cases: readonly Case[] = JSON.parse(
  strFromU8(gunzipSync(readFileSync(new URL('fixtures/known.json.gz', import.meta.url)))),
);

beforeAll(async () => {
  await useBackend('wasm');
});

/** Numbers in [-0.5, 0.5), as in known.py. */
const shares = (count: number, start: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => ((i * 7919 + start * 104729) % 1009) / 1009 - 0.5);

function weightsOf({ tensors }: Case): Map<string, Parameter> {
  let place = 0;
  return new Map(
    tensors.map(([name, shape]) => {
      const count = shape.reduce((product, d) => product * d, 1);
      const u = shares(count, place);
      // A batch norm counts its batches behind its variance.
      place += name.endsWith('running_var') ? 2 : 1;
      const spread = (24 / (count / shape[0])) ** 0.5;
      const isNear1 = name.endsWith('running_var') || name.endsWith('weight');
      const values = Float32Array.from(u, (v) => (shape.length > 1 ? v * spread : isNear1 ? 1 + 0.4 * v : 0.2 * v));
      return [name, { shape, values }];
    }),
  );
}

test.each(cases)('$label', async (found) => {
  const { label, channels, size, logits } = found;
  const weights = weightsOf(found);
  const fit = fitZoo(weights);
  if (!('network' in fit)) throw new Error(`${fit.tensor}: ${fit.why}`);
  expect(fit.network.name).toBe(label);
  // Layers are named after the modules of the file, unless it is a network of the zoo.
  if (label !== 'DS-CNN')
    for (const { id } of layersOf(fit.network)) expect(weights.has(`${id}.weight`), id).toBe(true);
  // Only networks that flatten an image are made for one size.
  const [input, ...nodes] = fit.network.nodes;
  const network = {
    ...fit.network,
    nodes: [{ ...(input as InputNode), shape: [...size, channels] as const }, ...nodes],
  };
  const area = size[0] * size[1];
  const image = Float32Array.from(shares(channels * area, 3), (v) => 4 * v);
  const pixels = image.map((_, i) => image[(i % channels) * area + Math.floor(i / channels)]);
  const ours = await logitsOf(network, pixels);
  const largest = Math.max(...logits.map(Math.abs));
  expect(difference(ours, logits) / largest).toBeLessThan(2e-4);
});

test('every known architecture has a label of its own', () => {
  const labels = knownArchitectures.map(({ label, reference }) => `${label} ${reference}`);
  expect(new Set(labels).size).toBe(labels.length);
});

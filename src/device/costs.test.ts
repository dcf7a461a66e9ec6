// Against exported files.
import { expect, test } from 'vitest';
import { tfliteModel } from '../formats/export/tflite/model';
import { contextOf, mixedPolicy, shippedNetwork } from '../formats/export/witness.testing';
import { arenaBytes } from '../formats/tfliteArena';
import { uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import type { QuantScheme } from '../quant/registry';
import { deviceMemory } from './costs';
import { deviceOf, kernelsOf } from './devices';

test('flash and RAM are those of the exported file', () => {
  const network = shippedNetwork('resnet8', 'emoji10');
  const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
  const range = { min: -1, max: 1, meanMagnitude: 0.5, choice: 'minMax' as const };
  const ranges = new Map(network.nodes.map(({ id }) => [id, range]));
  const rng = createRng(3);
  for (let i = 0; i < 4; i++) {
    const policy = mixedPolicy(network, [2, 8], [4, 8], rng);
    const { provenance, normalization, classes, ...rest } = contextOf(network, policy, scheme, ranges);
    const context = { ...rest, normalization, classes, tensorRanges: ranges };
    const { content } = tfliteModel({ ...context, provenance: { ...provenance, calibrationImages: 256 } });
    const { flash, ram, int4 } = deviceMemory(network, policy, scheme, { label: 'Noise', normalization, classes });
    // The version of the program is part of the file, and 16 bytes are one step of its alignment.
    expect(Math.abs(flash - content.length)).toBeLessThanOrEqual(16);
    expect(ram).toBe(arenaBytes(content));
    // Dense layers with a scale per channel are INT8.
    const narrow = Object.keys(policy).filter((id) => policy[id].weights <= 4 && id !== 'fc');
    expect([...int4]).toEqual(narrow);
  }
});

test('CMSIS-NN takes other scratch memory than the reference kernels, and other cores still other', () => {
  const network = shippedNetwork('tiny', 'emoji10');
  const images = { label: 'Noise', normalization: { mean: [0, 0, 0], std: [1, 1, 1] }, classes: ['a', 'b'] };
  const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
  const on = (id: string, bits: 4 | 8) =>
    deviceMemory(network, uniformPolicy(network, bits, 8), scheme, images, kernelsOf(deviceOf(id))).ram;
  const boards = ['nucleo-l4r5zi', 'ek-ra8d1', 'nucleo-l4r5zi/hale', 'nucleo-g0b1re'];
  expect(boards.map((id) => kernelsOf(deviceOf(id)))).toEqual(['dsp', 'mve', 'reference', 'reference']);
  expect(boards.map((id) => on(id, 8))).toEqual([7680, 7696, 7568, 7568]);
  // Only the reference kernels unpack INT4.
  expect(boards.map((id) => on(id, 4))).toEqual([7680, 7696, 19968, 19968]);
});

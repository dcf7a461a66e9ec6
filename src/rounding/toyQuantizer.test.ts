// Registers a quantizer that no other file mentions, and checks that everything that reads or writes rounded networks
// supports it. Adding a quantizer thus takes one file and one line in the registry.
import './toyQuantizer.testing';

import { expect, it } from 'vitest';
import { contextOf, noiseImages, onnxLogits, ourLogits, rangesOn } from '../formats/export/witness.testing';
import { writeExport } from '../formats/export/write';
import { unpackNetwork } from '../formats/unpack';
import { uniformPolicy } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { randomNetwork, small } from '../nn/networks.testing';
import { COMPARED } from '../quant/comparison';
import type { QuantizerId, QuantScheme } from '../quant/registry';

const scheme: QuantScheme = { quantizer: 'toy' as QuantizerId, granularity: 'channel' };
const size = 6;
const images = noiseImages(4, size, 3);
const network = randomNetwork(small(size), 5);
const policy = uniformPolicy(network, 2, 8);

it('runs with the same logits as ONNX Runtime, bit for bit', async () => {
  expect(await useBackend('cpu')).toBe(true);
  const context = contextOf(network, policy, scheme, rangesOn(network, images, size));
  const ours = ourLogits(context, images, size);
  const [onnx] = writeExport('onnx', context);
  expect(await onnxLogits(onnx.content as Uint8Array, images, size, 'disabled')).toEqual(ours);
});

it('is packed, unpacked, and read by the Python program', async () => {
  expect(await useBackend('cpu')).toBe(true);
  const context = contextOf(network, policy, scheme, rangesOn(network, images, size));
  const [packed, loader] = writeExport('packed', context);
  const unpacked = unpackNetwork(network, packed.content as Uint8Array<ArrayBuffer>);
  expect(unpacked.scheme).toEqual(scheme);
  expect(unpacked.kernels.size).toBe(Object.keys(policy).length);
  expect(loader.content).toContain("if quantizer == 'toy': return (c - 2) * n[0]");
});

it('appears in the comparison of quantizers', () => {
  expect(COMPARED).toContainEqual({ scheme, bits: 2 });
});

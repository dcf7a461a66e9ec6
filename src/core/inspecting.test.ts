// Inspecting the weights of one layer: every kind of layer, the same numbers as in inference, and named refusals.
import { expect, test } from 'vitest';
import { layersOf, parameterName } from '../graph/network';
import { everything, randomNetwork } from '../nn/networks.testing';
import { inspectWeights } from './inspecting';

const network = randomNetwork(everything(), 3);
const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;

test.each(layersOf(network).map(({ id, op }) => [id, op] as const))('%s (%s): fewer bits, larger error', (layer) => {
  const at = (bits: 2 | 4 | 8 | 32) => inspectWeights(network, '7', { layer, bits, scheme }).report;
  expect(at(8).count).toBe(network.parameters.get(parameterName(layer, 'kernel'))?.values.length);
  expect(at(2).sqnr).toBeLessThan(at(4).sqnr);
  expect(at(4).sqnr).toBeLessThan(at(8).sqnr);
  expect(at(32)).toMatchObject({ mse: 0, sqnr: Number.POSITIVE_INFINITY, groups: 0 });
});

test('depthwise kernels have one group per channel', () => {
  for (const node of layersOf(network)) {
    const { shape } = network.parameters.get(parameterName(node.id, 'kernel')) as { shape: readonly number[] };
    const channels = node.op === 'depthwiseConv2d' ? shape[2] : shape[shape.length - 1];
    expect(inspectWeights(network, '7', { layer: node.id, bits: 3, scheme }).report.groups).toBe(channels);
  }
});

test('the result states its layer, bits and scheme', () => {
  const [{ id: layer }] = layersOf(network);
  expect(inspectWeights(network, '7', { layer, bits: 3, scheme })).toMatchObject({
    layer,
    bits: 3,
    scheme,
    fingerprint: '7',
  });
});

test('unknown layers and unsupported widths are refused by name', () => {
  const [{ id: layer }] = layersOf(network);
  expect(() => inspectWeights(network, '7', { layer: 'nothing', bits: 3, scheme })).toThrow(/no layer "nothing"/);
  const binary = { quantizer: 'binary', granularity: 'tensor' } as const;
  expect(() => inspectWeights(network, '7', { layer, bits: 4, scheme: binary })).toThrow(/no 4-bit weights/);
});

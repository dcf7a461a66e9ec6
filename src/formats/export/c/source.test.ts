// Compiled by gcc, the source gives the scores of the page, bit for bit.
import { expect, test } from 'vitest';
import { layersOf, type Network } from '../../../graph/network';
import { FLOAT, uniformPolicy } from '../../../graph/policy';
import { createRng } from '../../../math/rng';
import { useBackend } from '../../../nn/backends.testing';
import { randomNetwork } from '../../../nn/networks.testing';
import type { QuantScheme } from '../../../quant/registry';
import { ArchitectureBuilder } from '../../../zoo/definition';
import { contextOf, mixedPolicy, noiseImages, ourLogits, rangesOn, shippedNetwork } from '../witness.testing';
import { compiledScores, hasCompiler } from './compiler.testing';
import { cSource } from './source';

const SYMMETRIC: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const compiled = test.skipIf(!hasCompiler);

async function expectSame(network: Network, scheme: QuantScheme, size: number, n: number, seed: number) {
  expect(await useBackend('wasm')).toBe(true);
  const images = noiseImages(n, size, 3);
  const policy = mixedPolicy(network, [scheme.quantizer === 'lsq' ? 2 : 1, 8], [2, 8], createRng(seed));
  const context = contextOf(network, policy, scheme, rangesOn(network, images, size));
  const ours = ourLogits(context, images, size);
  expect(compiledScores(cSource(context, 'net'), 'net', images)).toEqual(ours);
  expect(new Set(ours).size).toBeGreaterThan(n);
}

compiled('Tiny with random widths (needs gcc)', async () => {
  await expectSame(shippedNetwork('tiny', 'emoji10'), SYMMETRIC, 32, 4, 5);
});

/** Groups, dilation, ReLU6, joins, paddings, maxima, long sums and sums of what others read, too. */
function varied() {
  const net = new ArchitectureBuilder();
  const conv = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const image = net.add('input', 'image', [], { shape: [9, 9, 3] });
  const stem = net.convBn('stem', image, 8);
  const grouped = { ...conv, padding: [2, 2, 1, 1], dilations: [2, 1], filters: 12, groups: 4, bias: true } as const;
  const a = net.add('relu6', 'a.relu6', [net.add('conv2d', 'a', [stem], grouped)], {});
  const depthwise = { ...conv, strides: [2, 2], padding: [1, 0, 0, 1], bias: true } as const;
  const b = net.add('depthwiseConv2d', 'b', [a], depthwise);
  const max = net.add('maxPool', 'max', [a], { size: [3, 2], strides: [2, 2], padding: [1, 0, 0, 0] });
  const join = net.add('concat', 'join', [b, max], {});
  const wide = net.add('pad', 'pad', [join], { padding: [0, 1, 1, 0], channels: [1, 3] });
  const point = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], filters: 28, bias: false } as const;
  const c = net.add('conv2d', 'c', [wide], point);
  const sum = net.add('relu', 'sum.relu', [net.add('add', 'sum', [c, wide, wide], {})], {});
  const few = net.add('subsample', 'few', [sum], { strides: [2, 3] });
  const hidden = net.add('dense', 'hidden', [net.add('flatten', 'flat', [few], {})], { units: 7, bias: true });
  net.add('dense', 'fc', [net.add('relu', 'hidden.relu', [hidden], {})], { units: 4, bias: false });
  return net.build('Varied');
}

compiled('every operation (needs gcc)', async () => {
  const scheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' } as const;
  await expectSame(randomNetwork(varied(), 2), scheme, 9, 6, 2);
});

test('what is not added as integers is refused by its name, with what to do', () => {
  const network = shippedNetwork('tiny', 'emoji10');
  const ranges = new Map(
    layersOf(network).map(({ id }) => [id, { min: 0, max: 1, meanMagnitude: 0.5, choice: 'minMax' as const }]),
  );
  const source = (weights: 4 | typeof FLOAT, activations: 8 | typeof FLOAT, scheme = SYMMETRIC) =>
    cSource(contextOf(network, uniformPolicy(network, weights, activations), scheme, ranges), 'net');
  expect(() => source(FLOAT, 8)).toThrow('"conv1" does not: its weights are in float');
  expect(() => source(4, FLOAT)).toThrow('"conv2" does not: it reads floats');
  expect(() => source(4, 8, { ...SYMMETRIC, quantizer: 'affine' })).toThrow('choose symmetric weights');
  const text = source(4, 8);
  expect(text).toContain('#define NET_SCORES 10');
  expect(text.length).toBeLessThan(200_000);
});

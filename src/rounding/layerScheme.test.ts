// Known numbers, by hand: weights 0.3, -0.1, 0.2 at 2 bits have codes -2, 1, -1 and the scale <w, q> / <q, q> = -0.9 / 6 = -0.15,
// which is -1229 * 2^-13 in float16.
import { expect, test } from 'vitest';
import { packedSizes, packNetwork } from '../formats/packed';
import { unpackNetwork } from '../formats/unpack';
import { type LayerNode, layersOf, type Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { roundedLayers } from './layers';

const conv = (id: string, input: string): LayerNode => ({
  ...{ op: 'conv2d', id, inputs: [input], filters: 3, bias: false },
  ...{ size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] },
});
const kernel = { shape: [1, 1, 3, 3], values: Float32Array.of(0.3, 0.3, 0.3, -0.1, -0.1, -0.1, 0.2, 0.2, 0.2) };
const network: Network = {
  name: 'Two',
  nodes: [{ op: 'input', id: 'image', inputs: [], shape: [2, 2, 3] }, conv('first', 'image'), conv('second', 'first')],
  parameters: new Map([
    ['first.kernel', kernel],
    ['second.kernel', kernel],
  ]),
};
const policy = uniformPolicy(network, 2, 32);
const [FULL, HALF] = [Math.fround(-0.15), -1229 / 2 ** 13];

test.each([
  [32, FULL, FULL, 12, 12],
  [16, HALF, HALF, 6, 6],
  ['16-first32', FULL, HALF, 12, 6],
] as const)(
  'scales of %s: of the first layer, of the second, and their bytes',
  (scaleBits, first, second, firstBytes, secondBytes) => {
    const scheme: QuantScheme = { quantizer: 'dsconv', granularity: 'block:32', scaleBits };
    const rounded = roundedLayers(network, { policy, scheme, ranges: new Map() });
    const wanted = [first, second].map((scale) => [-2, 1, -1].flatMap((q) => Array(3).fill(Math.fround(q * scale))));
    expect([...rounded.values()].map(({ encoded }) => encoded?.numbers)).toEqual(
      [first, second].map((scale) => Array(3).fill([scale])),
    );
    expect([...rounded.values()].map(({ values }) => [...values])).toEqual(wanted);
    const read = unpackNetwork(network, packNetwork(network, policy, scheme, new Map()));
    expect(layersOf(network).map(({ id }) => [...(read.network.parameters.get(`${id}.kernel`)?.values ?? [])])).toEqual(
      wanted,
    );
    // Nine codes of 2 bits take 3 bytes, and there is a scale for each of three channels.
    expect([...packedSizes(network, policy, scheme).layers.values()]).toEqual([3 + firstBytes, 3 + secondBytes]);
  },
);

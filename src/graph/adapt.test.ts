import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { referenceLogits } from '../nn/reference.testing';
import { initialize } from '../zoo/definition';
import { networks } from '../zoo/registry';
import { outputCount, permuteOutputs, swapRedAndBlue, withoutSoftmax } from './adapt';
import { chosenNames } from './learned';
import type { Architecture, Network } from './network';
import { FLOAT, uniformPolicy } from './policy';

const SCHEME = { quantizer: 'affine', granularity: 'tensor' } as const;
const logits = (network: Network, image: Float32Array) =>
  referenceLogits(network, image, uniformPolicy(network, FLOAT, FLOAT), SCHEME, new Map());
const rng = createRng(3);
const image = Float32Array.from({ length: 8 * 8 * 3 }, () => rng.normal());

/** A network that ends in a convolution, its batch norm and the mean of each channel. */
const convolutional: Architecture = {
  name: 'convolutional',
  nodes: [
    { op: 'input', id: 'image', inputs: [], shape: [8, 8, 3] },
    {
      op: 'conv2d',
      id: 'conv',
      inputs: ['image'],
      filters: 4,
      size: [3, 3],
      strides: [2, 2],
      padding: [1, 1, 1, 1],
      bias: true,
    },
    { op: 'batchNorm', id: 'norm', inputs: ['conv'], epsilon: 1e-3 },
    { op: 'globalAvgPool', id: 'mean', inputs: ['norm'] },
  ],
};

const cases: readonly [string, Network][] = [
  ['dense', initialize(networks.tiny.build([8, 8, 3], 4), rng)],
  ['convolutional', initialize(convolutional, rng)],
];

describe.each(cases)('%s', (_, plain) => {
  // Every parameter has a different value, so that a misplaced one shows.
  const network: Network = {
    ...plain,
    parameters: new Map(
      [...plain.parameters].map(([name, { shape, values }]) => [
        name,
        { shape, values: values.map((v) => v + 0.1 + 0.3 * rng.uniform()) },
      ]),
    ),
  };
  const before = logits(network, image);

  test('permuting the outputs permutes the logits and changes nothing else', () => {
    const order = [2, 0, 3, 1];
    const after = logits(permuteOutputs(network, order), image);
    expect([...after]).toEqual(order.map((i) => before[i]));
  });

  test('swapping red and blue in both network and image cancels out', () => {
    const exchanged = image.map((_, i) => image[i + 2 - 2 * (i % 3)]);
    const after = logits(swapRedAndBlue(network), exchanged);
    after.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i], 5);
    });
    expect(logits(network, exchanged)).not.toEqual(before);
  });

  test('a final softmax is removed', () => {
    const last = network.nodes[network.nodes.length - 1].id;
    const soft: Network = { ...network, nodes: [...network.nodes, { op: 'softmax', id: 'answer', inputs: [last] }] };
    expect(withoutSoftmax(soft).nodes).toEqual(network.nodes);
    expect(withoutSoftmax(network)).toBe(network);
    expect(outputCount(soft)).toBe(4);
  });
});

test('refuses orders that are no permutation, and outputs that no layer gives directly', () => {
  const [, [, network]] = cases;
  expect(() => permuteOutputs(network, [0, 1, 2])).toThrow('does not name each of the 4 classes once');
  expect(() => permuteOutputs(network, [0, 1, 2, 2])).toThrow('does not name each of the 4 classes once');
  const nodes = [...network.nodes.slice(0, 3), { op: 'flatten', id: 'flat', inputs: ['norm'] } as const];
  const flat = { ...network, nodes };
  expect(() => permuteOutputs(flat, [...Array(64).keys()])).toThrow('they pass through "flat" (flatten)');
});

test('codes chosen for a kernel that moves are dropped, others stay', () => {
  const plain = initialize(networks.tiny.build([8, 8, 3], 4), rng);
  const names = ['conv1', 'conv2', 'fc'].map((id) => chosenNames(id, SCHEME, 4).codes);
  const empty = { shape: [0], values: new Float32Array() };
  const network = {
    ...plain,
    parameters: new Map([...plain.parameters, ...names.map((name) => [name, empty] as const)]),
  };
  const stay = (changed: Network) => names.filter((name) => changed.parameters.has(name));
  expect(stay(permuteOutputs(network, [1, 0, 2, 3]))).toEqual(names.slice(0, 2));
  expect(stay(swapRedAndBlue(network))).toEqual(names.slice(1));
});

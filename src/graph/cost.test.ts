import { describe, expect, test } from 'vitest';
import { layerCosts, policyCost } from './cost';
import type { Architecture, NetworkNode } from './network';
import { type BitPolicy, type BitWidth, uniformPolicy } from './policy';

const window = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
const net = (...nodes: NetworkNode[]): Architecture => ({ name: 'Net', nodes });
const image: NetworkNode = { op: 'input', id: 'image', inputs: [], shape: [4, 4, 3] };

// Two convolutions, a depthwise one, a shortcut and a dense layer; all counts below were computed by hand.
const small = net(
  image,
  { op: 'conv2d', id: 'a', inputs: ['image'], filters: 8, bias: true, ...window },
  { op: 'batchNorm', id: 'a.bn', inputs: ['a'], epsilon: 1e-5 },
  { op: 'relu', id: 'a.relu', inputs: ['a.bn'] },
  { op: 'depthwiseConv2d', id: 'b', inputs: ['a.relu'], bias: false, ...window },
  {
    op: 'conv2d',
    id: 'c',
    inputs: ['b'],
    filters: 8,
    bias: false,
    size: [1, 1],
    strides: [1, 1],
    padding: [0, 0, 0, 0],
  },
  { op: 'add', id: 'sum', inputs: ['c', 'a.relu'] },
  { op: 'relu', id: 'sum.relu', inputs: ['sum'] },
  { op: 'conv2d', id: 'd', inputs: ['sum.relu'], filters: 4, bias: false, ...window, strides: [2, 2] },
  { op: 'globalAvgPool', id: 'mean', inputs: ['d'] },
  { op: 'dense', id: 'fc', inputs: ['mean'], units: 10, bias: true },
);
const bits = (weights: BitWidth, activations: BitWidth) => ({ weights, activations });
const policy: BitPolicy = { a: bits(8, 32), b: bits(4, 8), c: bits(2, 4), d: bits(1, 2), fc: bits(32, 32) };

test('counts weights and multiplications per layer', () => {
  expect(layerCosts(small).map(({ id, weights, macs }) => [id, weights, macs])).toEqual([
    ['a', 3 * 3 * 3 * 8, 216 * 16],
    ['b', 3 * 3 * 8, 72 * 16],
    ['c', 8 * 8, 64 * 16],
    ['d', 3 * 3 * 8 * 4, 288 * 4],
    ['fc', 4 * 10, 40],
  ]);
});

test('adds up the costs of a policy', () => {
  const cost = policyCost(small, policy);
  const weightBits = 216 * 8 + 72 * 4 + 64 * 2 + 288 * 1 + 40 * 32;
  expect(cost.weightBytes).toBe(weightBits / 8);
  expect(cost.averageWeightBits).toBe(weightBits / 680);
  expect(cost.compression).toBe((680 * 32) / weightBits);
  expect(cost.bitOps).toBe(3456 * 8 * 32 + 1152 * 4 * 8 + 1024 * 2 * 4 + 1152 * 1 * 2 + 40 * 32 * 32);
});

describe('activation memory', () => {
  test('is the peak of live tensors at the width of their readers', () => {
    // Each tensor has 8 channels x 4x4 = 128 numbers: `a` (read at 8 bits by b, unrounded by the sum) 128 B; b (read at
    // 4 bits) 64 B; c (read by no layer: float) 512 B. While c runs: a 128 + b 64 + c 512. While the sum runs: a 128 + c 512
    // + sum at 2 bits 32.
    expect(policyCost(small, policy).activationBytes).toBe(128 + 64 + 512);
  });

  test('of a chain is the input plus output of its widest layer', () => {
    const chain = net(
      image,
      { op: 'conv2d', id: 'a', inputs: ['image'], filters: 8, bias: false, ...window },
      { op: 'relu', id: 'a.relu', inputs: ['a'] },
      { op: 'conv2d', id: 'b', inputs: ['a.relu'], filters: 2, bias: false, ...window },
    );
    // image 48 floats, a 128, b 32 (the output: float). Float: 4 (48 + 128); with 8 bits for a: 4 * 48 + 128, b: 128 + 4 * 32.
    expect(policyCost(chain, uniformPolicy(chain, 32, 32)).activationBytes).toBe(4 * (48 + 128));
    expect(policyCost(chain, uniformPolicy(chain, 8, 8)).activationBytes).toBe(4 * 48 + 128);
  });

  test('takes the widest of several readers', () => {
    const read = (id: string) =>
      ({
        op: 'conv2d',
        id,
        inputs: ['x'],
        filters: 1,
        bias: false,
        ...window,
        size: [1, 1],
        padding: [0, 0, 0, 0],
      }) as const;
    const fork = net(image, { op: 'maxPool', id: 'x', inputs: ['image'], ...window }, read('a'), read('b'), {
      op: 'add',
      id: 'sum',
      inputs: ['a', 'b'],
    });
    const bytes = (a: BitWidth, b: BitWidth) => policyCost(fork, { a: bits(8, a), b: bits(8, b) }).activationBytes;
    // The image is float (192 B), x has 48 numbers; both are live while x is computed.
    expect([bytes(2, 2), bytes(2, 8), bytes(8, 2), bytes(2, 32)]).toEqual([204, 240, 240, 384]);
  });
});

test('names of Object.prototype members are names like any other', () => {
  const odd = net(
    image,
    { op: 'conv2d', id: '__proto__', inputs: ['image'], filters: 2, bias: false, ...window },
    { op: 'relu', id: 'constructor', inputs: ['__proto__'] },
    { op: 'globalAvgPool', id: 'toString', inputs: ['constructor'] },
    { op: 'dense', id: 'valueOf', inputs: ['toString'], units: 2, bias: false },
  );
  const cost = policyCost(odd, uniformPolicy(odd, 4, 8));
  expect(cost.weightBytes).toBe((54 + 4) / 2);
  expect(cost.activationBytes).toBe(4 * 48 + 4 * 32);
  expect(Object.values(cost).every(Number.isFinite)).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { everything, randomNetwork } from '../nn/networks.testing';
import { referenceLogits } from '../nn/reference.testing';
import { foldableBatchNorms, foldBatchNorms, foldedArchitecture } from './folding';
import type { Architecture, Network } from './network';
import { FLOAT, uniformPolicy } from './policy';
import { checkNetwork } from './shapes';

describe('foldBatchNorms', () => {
  test('one weight and a bias, computed by hand', () => {
    const one = (value: number) => ({ shape: [1], values: Float32Array.of(value) });
    const network: Network = {
      name: 'One',
      nodes: [
        { op: 'input', id: 'image', inputs: [], shape: [1, 1, 1] },
        {
          op: 'conv2d',
          id: 'conv',
          inputs: ['image'],
          filters: 1,
          size: [1, 1],
          strides: [1, 1],
          padding: [0, 0, 0, 0],
          bias: true,
        },
        { op: 'batchNorm', id: 'bn', inputs: ['conv'], epsilon: 0 },
        { op: 'relu', id: 'relu', inputs: ['bn'] },
      ],
      parameters: new Map([
        ['conv.kernel', { shape: [1, 1, 1, 1], values: Float32Array.of(3) }],
        ['conv.bias', one(5)],
        ['bn.gamma', one(2)],
        ['bn.beta', one(7)],
        ['bn.mean', one(1)],
        ['bn.variance', one(16)],
      ]),
    };
    const folded = foldBatchNorms(network);
    // m = 2 / 4: 3 m = 1.5 and (5 - 1) m + 7 = 9.
    expect(folded.nodes.map(({ id, inputs }) => [id, ...inputs])).toEqual([
      ['image'],
      ['conv', 'image'],
      ['relu', 'conv'],
    ]);
    expect([...folded.parameters].map(([name, { values }]) => [name, ...values])).toEqual([
      ['conv.kernel', 1.5],
      ['conv.bias', 9],
    ]);
  });

  test('consecutive batch norms are all folded, so that nothing is left to fold', () => {
    const conv = {
      op: 'conv2d',
      filters: 1,
      size: [1, 1],
      strides: [1, 1],
      padding: [0, 0, 0, 0],
      bias: false,
    } as const;
    const architecture: Architecture = {
      name: 'Chain',
      nodes: [
        { op: 'input', id: 'image', inputs: [], shape: [1, 1, 1] },
        { ...conv, id: 'conv', inputs: ['image'] },
        { op: 'batchNorm', id: 'first', inputs: ['conv'], epsilon: 1e-5 },
        { op: 'batchNorm', id: 'second', inputs: ['first'], epsilon: 1e-5 },
      ],
    };
    const folded = foldBatchNorms(randomNetwork(architecture, 1));
    checkNetwork(folded);
    expect(folded.nodes.map(({ id }) => id)).toEqual(['image', 'conv']);
    expect(foldedArchitecture(architecture)).toEqual({ name: 'Chain', nodes: folded.nodes });
  });

  test('a network with every operation computes the same function; batch norms that cannot be folded stay', () => {
    const network = randomNetwork(everything(), 3);
    const folded = foldBatchNorms(network);
    checkNetwork(folded);
    expect(folded.nodes.filter(({ op }) => op === 'batchNorm').map(({ id }) => id)).toEqual(['lone.bn']);
    expect(foldableBatchNorms(folded).size).toBe(0);
    expect(foldBatchNorms(folded)).toEqual(folded);
    const image = Float32Array.from({ length: 9 * 9 * 3 }, (_, i) => Math.sin(i));
    const logits = (net: Network) =>
      referenceLogits(
        net,
        image,
        uniformPolicy(net, FLOAT, FLOAT),
        { quantizer: 'affine', granularity: 'tensor' },
        new Map(),
      );
    expect(logits(folded)).toBeAllClose(logits(network), { rtol: 1e-5, atol: 1e-5 });
  });
});

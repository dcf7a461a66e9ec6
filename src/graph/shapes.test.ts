import { describe, expect, test } from 'vitest';
import type { Architecture, Network, NetworkNode, Parameter } from './network';
import { checkNetwork, countTrainable, inferShapes, NetworkError, parameterShapes } from './shapes';

const image = { op: 'input', id: 'image', inputs: [], shape: [8, 8, 3] } as const;
const window = { size: [3, 3], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
const conv = { op: 'conv2d', id: 'conv', inputs: ['image'], filters: 4, bias: false, ...window } as const;

/** Nodes that need not be well formed, as from a file. */
function net(...nodes: object[]): Architecture {
  return { name: 'Net', nodes: nodes as NetworkNode[] };
}

describe('shapes', () => {
  // floor((h + top + bottom - size) / stride) + 1, the formula of PyTorch's Conv2d and of ONNX.
  test.each([
    ['valid', {}, [6, 6, 4]],
    ['padded', { padding: [1, 1, 1, 1] }, [8, 8, 4]],
    ['strided', { strides: [2, 2], padding: [1, 1, 1, 1] }, [4, 4, 4]],
    ['unequal strides', { strides: [2, 3] }, [3, 2, 4]],
    ['padded on one side', { padding: [0, 1, 2, 0] }, [7, 8, 4]],
    ['oblong kernel', { size: [1, 5] }, [8, 4, 4]],
    ['stride that does not divide', { size: [2, 2], strides: [3, 3] }, [3, 3, 4]],
  ])('of a %s convolution', (_, attributes, shape) => {
    expect(inferShapes(net(image, { ...conv, ...attributes })).get('conv')).toEqual(shape);
  });

  test.each([
    [{ op: 'depthwiseConv2d', bias: false, ...window }, [6, 6, 3]],
    [{ op: 'maxPool', size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] }, [4, 4, 3]],
    [{ op: 'avgPool', size: [3, 3], strides: [2, 2], padding: [0, 1, 0, 1] }, [4, 4, 3]],
    [{ op: 'pad', padding: [1, 2, 3, 4], channels: [5, 6] }, [11, 15, 14]],
    [{ op: 'subsample', strides: [2, 3] }, [4, 3, 3]],
    [{ op: 'globalAvgPool' }, [3]],
    [{ op: 'flatten' }, [192]],
    [{ op: 'batchNorm', epsilon: 1e-5 }, [8, 8, 3]],
    [{ op: 'relu' }, [8, 8, 3]],
    [{ op: 'softmax' }, [8, 8, 3]],
    [{ op: 'add', inputs: ['image', 'image'] }, [8, 8, 3]],
    [{ op: 'concat', inputs: ['image', 'image', 'image'] }, [8, 8, 9]],
  ])('of %j', (attributes, shape) => {
    expect(inferShapes(net(image, { id: 'node', inputs: ['image'], ...attributes })).get('node')).toEqual(shape);
  });
});

describe('refusals', () => {
  const pool = { op: 'maxPool', id: 'pool', inputs: ['image'], ...window };
  const small = { op: 'subsample', id: 'small', inputs: ['image'], strides: [2, 2] };
  const flat = { op: 'flatten', id: 'flat', inputs: ['image'] };
  test.each([
    ['no nodes', [], 'Net has no nodes.'],
    ['no input', [conv], 'Node "conv" (conv2d): the first node, and only it, must be the input'],
    ['two inputs', [image, { ...image, id: 'again' }], 'Node "again" (input): the first node'],
    ['a repeated id', [image, conv, conv], 'Node "conv" (conv2d): another node has the same id'],
    [
      'a later node',
      [image, { ...conv, inputs: ['pool'] }, pool],
      'Node "conv" (conv2d): reads "pool", which no earlier',
    ],
    ['itself', [image, { ...conv, inputs: ['conv'] }], 'Node "conv" (conv2d): reads "conv", which no earlier'],
    ['an unknown node', [image, { ...conv, inputs: ['__proto__'] }], 'reads "__proto__", which no earlier node gives'],
    [
      'too many inputs',
      [image, { ...conv, inputs: ['image', 'image'] }],
      'Node "conv" (conv2d): takes 1 inputs, has 2',
    ],
    [
      'too few inputs',
      [image, { op: 'add', id: 'sum', inputs: ['image'] }],
      'Node "sum" (add): takes 2 or more inputs, has 1',
    ],
    [
      'a large window',
      [image, { ...conv, size: [9, 9] }],
      'Node "conv" (conv2d): a 9x9 window does not fit its 8x8 input',
    ],
    ['a pool too large', [image, { ...pool, size: [9, 1] }], 'Node "pool" (maxPool): a 9x1 window does not fit'],
    [
      'dense on an image',
      [image, { op: 'dense', id: 'fc', inputs: ['image'], units: 2, bias: true }],
      'Node "fc" (dense): reads [8, 8, 3]; put "flatten"',
    ],
    [
      'an image op on features',
      [image, flat, { ...conv, inputs: ['flat'] }],
      'Node "conv" (conv2d): needs an image [h, w, c] but reads [192]',
    ],
    [
      'a sum of shapes',
      [image, small, { op: 'add', id: 'sum', inputs: ['image', 'small'] }],
      'Node "sum" (add): adds different shapes: [8, 8, 3] and [4, 4, 3]',
    ],
    [
      'a join of sizes',
      [image, small, { op: 'concat', id: 'join', inputs: ['image', 'small'] }],
      'Node "join" (concat): joins images of different sizes',
    ],
    ['no filters', [image, { ...conv, filters: 0 }], 'Node "conv" (conv2d): has the impossible shape [6, 6, 0]'],
    ['half a filter', [image, { ...conv, filters: 1.5 }], 'impossible shape [6, 6, 1.5]'],
    ['an empty image', [{ ...image, shape: [8, 0, 3] }], 'Node "image" (input): has the impossible shape [8, 0, 3]'],
    ['a stride of zero', [image, { ...conv, strides: [0, 1] }], 'Node "conv" (conv2d)'],
    ['an unknown operation', [image, { op: 'einsum', id: 'e', inputs: ['image'] }], 'Unknown operation "einsum".'],
  ])('of %s', (_, nodes, message) => {
    const infer = () => inferShapes(net(...nodes));
    expect(infer).toThrow(NetworkError);
    expect(infer).toThrow(message);
  });
});

const complete = net(
  image,
  { ...conv, bias: true },
  { op: 'batchNorm', id: 'bn', inputs: ['conv'], epsilon: 1e-5 },
  { op: 'depthwiseConv2d', id: 'dw', inputs: ['bn'], bias: true, ...window },
  { op: 'globalAvgPool', id: 'mean', inputs: ['dw'] },
  { op: 'dense', id: 'fc', inputs: ['mean'], units: 2, bias: true },
);

test('parameters have the graph’s names, shapes and order', () => {
  expect([...parameterShapes(complete)]).toEqual([
    ['conv.kernel', [3, 3, 3, 4]],
    ['conv.bias', [4]],
    ['bn.gamma', [4]],
    ['bn.beta', [4]],
    ['bn.mean', [4]],
    ['bn.variance', [4]],
    ['dw.kernel', [3, 3, 4, 1]],
    ['dw.bias', [4]],
    ['fc.kernel', [4, 2]],
    ['fc.bias', [2]],
  ]);
  expect(countTrainable(complete)).toBe(108 + 4 + 8 + 36 + 4 + 8 + 2);
});

describe('checkNetwork', () => {
  function network(change: (parameters: Map<string, Parameter>) => void): Network {
    const parameters = new Map<string, Parameter>();
    for (const [name, shape] of parameterShapes(complete))
      parameters.set(name, { shape, values: new Float32Array(shape.reduce((p, d) => p * d, 1)) });
    change(parameters);
    return { ...complete, parameters };
  }
  const put = (name: string, shape: number[], values: number[]) =>
    network((p) => p.set(name, { shape, values: Float32Array.from(values) }));

  test('accepts a complete network', () => {
    expect(() => checkNetwork(network(() => {}))).not.toThrow();
  });

  test.each([
    [network((p) => p.delete('dw.bias')), 'Net lacks the weights "dw.bias" [4].'],
    [put('fc.kernel', [2, 4], [0, 0, 0, 0, 0, 0, 0, 0]), '"fc.kernel" should be [4, 2] but is [2, 4] with 8 numbers.'],
    [put('fc.bias', [2], [0]), '"fc.bias" should be [2] but is [2] with 1 numbers.'],
    [put('bn.mean', [4], [0, 0, Number.NaN, 0]), '"bn.mean" holds NaN at index 2. The network would give no numbers'],
    [put('fc.bias', [2], [-Infinity, Number.NaN]), '"fc.bias" holds -Infinity at index 0'],
    [put('bn.variance', [4], [1, 0, -1e-7, 1]), '"bn.variance" holds -1.0000000116860974e-7 at index 2; a variance'],
    [put('stranger.kernel', [1], [0]), 'The weights contain "stranger.kernel", but Net has no such node.'],
    [put('__proto__', [1], [0]), 'The weights contain "__proto__"'],
    [
      {
        ...network(() => {}),
        nodes: complete.nodes.map((node) => (node.op === 'batchNorm' ? { ...node, epsilon: 0 } : node)),
      },
      '"bn.variance" holds 0 at index 0; a variance is at least 0, and above 0 with its epsilon (0)',
    ],
  ])('refuses parameters that do not match: %#', (bad, message) => {
    expect(() => checkNetwork(bad)).toThrow(NetworkError);
    expect(() => checkNetwork(bad)).toThrow(message);
  });
});

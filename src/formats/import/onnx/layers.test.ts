// Layers and pooling, as exporters write them, compared with ONNX Runtime.
import { describe, expect, test } from 'vitest';
import type { AttributeSpec, NodeSpec, TensorSpec } from './onnxFile.testing';
import { compare, compareImages, ints, node, number, positive, random } from './operators.testing';

describe('layers', () => {
  test.each<[string, Record<string, AttributeSpec>]>([
    ['padded by 1', { pads: [1, 1, 1, 1] }],
    ['padded unevenly, strides that differ', { pads: [0, 1, 2, 0], strides: [2, 1], kernel_shape: [3, 3] }],
    ['SAME_UPPER', { auto_pad: 'SAME_UPPER', strides: [2, 2] }],
    ['SAME_LOWER', { auto_pad: 'SAME_LOWER', strides: [2, 2] }],
    ['VALID', { auto_pad: 'VALID' }],
  ])('convolution %s', async (_, attributes) => {
    const tensors = { 'conv.weight': random(5, 3, 3, 3), 'conv.bias': random(5) };
    const { network } = await compareImages([node('Conv', 'image conv.weight conv.bias', 'x', attributes)], tensors, 5);
    expect(network.nodes.map(({ id }) => id)).toEqual(['image', 'conv', 'averages.GlobalAveragePool', 'fc']);
  });

  test('depthwise convolution, batch norm, ReLU6', async () => {
    const tensors = {
      dw: random(3, 1, 3, 3),
      gamma: positive(3),
      beta: random(3),
      mean: random(3),
      variance: positive(3),
      low: number(0),
      high: number(6),
    };
    const { network } = await compareImages(
      [
        node('Conv', 'image dw', 'a', { group: 3, pads: [1, 1, 1, 1], strides: [2, 2] }),
        node('BatchNormalization', 'a gamma beta mean variance', 'b', { epsilon: { float: 1e-3 } }),
        node('Clip', 'b low high', 'x'),
      ],
      tensors,
      3,
    );
    expect(network.nodes.map(({ op }) => op)).toEqual([
      'input',
      'depthwiseConv2d',
      'batchNorm',
      'relu6',
      'globalAvgPool',
      'dense',
    ]);
  });

  test.each<[string, NodeSpec[], Record<string, TensorSpec>]>([
    ['Gemm, not transposed', [node('Gemm', 'f w b', 'logits')], { w: random(108, 4), b: random(4) }],
    [
      'Gemm, transposed, with factors and one bias for all',
      [node('Gemm', 'f w b', 'logits', { transB: 1, alpha: { float: 0.5 }, beta: { float: -2 } })],
      { w: random(4, 108), b: random(1) },
    ],
    ['MatMul and Add', [node('MatMul', 'f w', 'm'), node('Add', 'b m', 'logits')], { w: random(108, 4), b: random(4) }],
    [
      'MatMul of a transposed weight',
      [node('Transpose', 'w', 't', { perm: [1, 0] }), node('MatMul', 'f t', 'logits')],
      { w: random(4, 108) },
    ],
  ])('%s after a flattened image: its rows are put in order', async (_, nodes, tensors) => {
    const { network, notes } = await compare({ nodes: [node('Flatten', 'image', 'f'), ...nodes], tensors });
    expect(network.nodes.map(({ op }) => op)).toEqual(['input', 'flatten', 'dense']);
    expect(notes).toEqual([
      'The rows of the dense layer after the flattened image were put in the order rows, columns, channels.',
    ]);
  });

  test('operations between the flattened image and the dense layer are permuted too', async () => {
    const parts = { gamma: positive(108), beta: random(108), mean: random(108), variance: positive(108) };
    await compare({
      nodes: [
        node('Flatten', 'image', 'f'),
        node('BatchNormalization', 'f gamma beta mean variance', 'n'),
        node('Add', 'n shift', 's'),
        node('Relu', 's', 'r'),
        node('Gemm', 'r w', 'logits', { transB: 1 }),
      ],
      tensors: { ...parts, shift: random(108), w: random(4, 108) },
    });
  });

  test('biases added to a convolution; constants before it become batch norms', async () => {
    const { network, notes } = await compareImages(
      [
        node('Sub', 'image mean', 'a'),
        node('Div', 'a std', 'b'),
        node('Conv', 'b w', 'c'),
        node('Add', 'c bias', 'd'),
        node('Mul', 'factor d', 'e'),
        node('Sub', 'one e', 'x'),
      ],
      {
        mean: { dims: [1, 3, 1, 1], values: [0.4, 0.5, 0.6] },
        std: { dims: [3, 1, 1], values: [0.2, 0.3, 0.25] },
        w: random(5, 3, 3, 3),
        bias: random(1, 5, 1, 1),
        factor: number(1.5),
        one: number(1),
      },
      5,
    );
    expect(network.nodes.map(({ op }) => op)).toEqual([
      'input',
      'batchNorm',
      'conv2d',
      'batchNorm',
      'globalAvgPool',
      'dense',
    ]);
    expect(notes).toEqual(['A constant that is added to or multiplied with every channel became a batch norm.']);
  });

  test('a 1 x 1 convolution of averages is a dense layer', async () => {
    const { network } = await compare({
      nodes: [
        node('GlobalAveragePool', 'image', 'a'),
        node('Conv', 'a w b', 'c', { kernel_shape: [1, 1] }),
        node('Flatten', 'c', 'logits'),
      ],
      tensors: { w: random(4, 3, 1, 1), b: random(4) },
    });
    expect(network.nodes.map(({ op }) => op)).toEqual(['input', 'globalAvgPool', 'dense']);
  });

  test('a weight shared by two layers becomes a weight of each', async () => {
    const { network } = await compareImages(
      [node('Conv', 'image w.weight', 'a', { pads: [1, 1, 1, 1] }), node('Conv', 'a w.weight', 'x')],
      { 'w.weight': random(3, 3, 3, 3) },
      3,
    );
    expect(network.nodes.map(({ id }) => id).slice(1, 3)).toEqual(['w', 'w_2']);
  });
});

describe('pooling', () => {
  test.each<[string, string, Record<string, AttributeSpec>]>([
    ['maximum', 'MaxPool', { kernel_shape: [2, 2], strides: [2, 2] }],
    ['maximum, padded', 'MaxPool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['maximum, ceil_mode', 'MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
    ['average, padded, not counted', 'AveragePool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
    [
      'average, padded, counted',
      'AveragePool',
      { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    ],
    [
      'average, ceil_mode, nothing to count',
      'AveragePool',
      { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, count_include_pad: 1 },
    ],
    ['average, ceil_mode', 'AveragePool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
    ['average, SAME_UPPER', 'AveragePool', { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }],
  ])('%s', async (_, op, attributes) => {
    const { network } = await compare({
      nodes: [node(op, 'image', 'a', attributes), node('Flatten', 'a', 'f'), node('Gemm', 'f w', 'logits')],
      tensors: { w: random(27, 4) },
    });
    expect(network.nodes[1].op).toBe(op === 'MaxPool' ? 'maxPool' : 'avgPool');
  });

  test.each<[string, NodeSpec[], Record<string, TensorSpec>, number]>([
    ['GlobalMaxPool', [node('GlobalMaxPool', 'image', 'a')], {}, 17],
    ['AveragePool of everything', [node('AveragePool', 'image', 'a', { kernel_shape: [6, 6] })], {}, 17],
    ['ReduceMean by attribute', [node('ReduceMean', 'image', 'a', { axes: [-1, -2], keepdims: 1 })], {}, 13],
    ['ReduceMean by input', [node('ReduceMean', 'image axes', 'a', { keepdims: 0 })], { axes: ints(2, 3) }, 18],
    ['one mean after the other', [node('ReduceMean', 'image', 'a', { axes: [2, 3] })], {}, 7],
  ])('%s', async (_, nodes, tensors, opset) => {
    await compare({
      nodes: [...nodes, node('Flatten', 'a', 'f'), node('Gemm', 'f w b', 'logits')],
      tensors: { ...tensors, w: random(3, 4), b: random(4) },
      opset,
    });
  });
});

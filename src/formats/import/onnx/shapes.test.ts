// Moving numbers and computing shapes: views, pads, slices, branches, other channel orders.
import { expect, test } from 'vitest';
import { compare, compareImages, int, ints, node, number, random } from './operators.testing';

test('the size of a view that PyTorch computes at run time', async () => {
  const { network } = await compare({
    nodes: [
      node('Conv', 'image w', 'c', { strides: [2, 2] }),
      node('Shape', 'c', 'shape'),
      node('Gather', 'shape zero', 'batch', { axis: 0 }),
      node('Unsqueeze', 'batch axes', 'list'),
      node('Concat', 'list rest', 'target', { axis: 0 }),
      node('Reshape', 'c target', 'f'),
      node('Gemm', 'f fc.weight', 'logits', { transB: 1 }),
    ],
    tensors: { w: random(5, 3, 3, 3), zero: int(0), axes: ints(0), rest: ints(-1), 'fc.weight': random(4, 20) },
  });
  expect(network.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'flatten', 'dense']);
});

test('the padded shortcut of ResNet, as PyTorch 1.13 writes its pads', async () => {
  const end = 2 ** 63;
  const { network } = await compareImages(
    [
      node('Slice', 'image from to axis2 step', 's1'),
      node('Slice', 's1 from to axis3 step', 's2'),
      node('Shape', 'torchPads', 'count'),
      node('Gather', 'count zero', 'length'),
      node('Mul', 'four two', 'eight'),
      node('Sub', 'eight length', 'missing'),
      node('Cast', 'torchPads', 'cast', { to: 7 }),
      node('Unsqueeze', 'missing axis0', 'list'),
      node('ConstantOfShape', 'list', 'zeros', { value: { tensor: ints(0) } }),
      node('Concat', 'cast zeros', 'all', { axis: 0 }),
      node('Reshape', 'all pairs', 'table'),
      node('Slice', 'table last first axis0 back', 'turned'),
      node('Transpose', 'turned', 'columns', { perm: [1, 0] }),
      node('Reshape', 'columns flat', 'pads'),
      node('Pad', 's2 pads value', 'x', { mode: 'constant' }),
    ],
    {
      from: ints(0),
      to: ints(end),
      axis0: ints(0),
      axis2: ints(2),
      axis3: ints(3),
      step: ints(2),
      torchPads: ints(0, 0, 1, 0, 2, 1),
      zero: int(0),
      four: int(4),
      two: int(2),
      pairs: ints(-1, 2),
      last: ints(-1),
      first: ints(-(2 ** 53)),
      back: ints(-1),
      flat: ints(-1),
      value: number(0),
    },
    6,
  );
  expect(network.nodes.map(({ op }) => op)).toEqual([
    'input',
    'subsample',
    'subsample',
    'pad',
    'globalAvgPool',
    'dense',
  ]);
  expect(network.nodes[3]).toMatchObject({ padding: [1, 0, 0, 0], channels: [2, 1] });
});

test('pads by attribute, slices by attribute, clips by attribute: opset 9', async () => {
  await compareImages(
    [
      node('Pad', 'image', 'a', { pads: [0, 0, 1, 2, 0, 0, 0, 1], mode: 'constant' }),
      node('Slice', 'a', 'b', { axes: [1], starts: [0], ends: [3] }),
      node('Clip', 'b', 'x', { min: { float: 0 }, max: { float: 6 } }),
    ],
    {},
    3,
    9,
  );
});

test('branches: shortcut, concatenation, dropout, identity, cast; constants as nodes', async () => {
  const { network, notes } = await compareImages(
    [
      node('Constant', '-', 'w', { value: { tensor: random(3, 3, 3, 3) } }),
      node('Conv', 'image w', 'a', { pads: [1, 1, 1, 1] }),
      node('Add', 'image a', 'b'),
      node('Relu', 'b', 'c'),
      node('Dropout', 'c', 'd'),
      node('Identity', 'd', 'e'),
      node('Cast', 'e', 'f', { to: 1 }),
      node('Concat', 'f a c', 'x', { axis: 1 }),
    ].map((spec) => (spec.op === 'Constant' ? { ...spec, inputs: [] } : spec)),
    {},
    9,
  );
  expect(network.nodes.map(({ op }) => op).slice(0, 5)).toEqual(['input', 'conv2d', 'add', 'relu', 'concat']);
  expect(notes).toEqual(['Dropout was left out: it does nothing after training.']);
});

test('squeezed averages', async () => {
  await compare({
    nodes: [
      node('GlobalAveragePool', 'image', 'a'),
      node('Squeeze', 'a axes', 'b'),
      node('Unsqueeze', 'b axes', 'c'),
      node('Flatten', 'c', 'd'),
      node('Gemm', 'd w', 'logits'),
    ],
    tensors: { axes: ints(2, 3), w: random(3, 4) },
  });
});

test('an image at the end is flattened when it is 1 x 1', async () => {
  const { network } = await compare({
    nodes: [node('Conv', 'image w', 'logits')],
    tensors: { w: random(4, 3, 6, 6) },
  });
  expect(network.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'flatten']);
});

test('channels last, as exporters of TensorFlow write it', async () => {
  const { network, notes } = await compare(
    {
      image: [1, 6, 5, 3],
      nodes: [
        node('Transpose', 'image', 'first', { perm: [0, 3, 1, 2] }),
        node('Conv', 'first w', 'a', { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
        node('Transpose', 'a', 'last', { perm: [0, 2, 3, 1] }),
        node('Relu', 'last', 'b'),
        node('Reshape', 'b flat', 'f'),
        node('MatMul', 'f fc', 'm'),
        node('Add', 'm bias', 'logits'),
      ],
      tensors: { w: random(4, 3, 3, 3), flat: ints(-1, 36), fc: random(36, 4), bias: random(4) },
    },
    [1, 6, 5, 3],
  );
  expect(network.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'relu', 'flatten', 'dense']);
  expect(network.nodes[0]).toMatchObject({ shape: [6, 5, 3] });
  expect(notes).toEqual(['The file takes images with channels last, as the page does.']);
});

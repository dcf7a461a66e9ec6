// Small networks of every operation, as exporters write them: our forward pass on the imported network against ONNX
// Runtime on the file.
import { describe, expect, test } from 'vitest';
import { createRng } from '../../../math/rng';
import { logitsOf } from '../thirdParty.testing';
import {
  type AttributeSpec,
  type FileSpec,
  type NodeSpec,
  onnxFile,
  runtimeOutput,
  type TensorSpec,
} from './onnxFile.testing';
import { onnxReader } from './reader';

const rng = createRng(11);
const size = (dims: readonly number[]) => dims.reduce((product, d) => product * d, 1);
const random = (...dims: number[]): TensorSpec => ({
  dims,
  values: Float32Array.from({ length: size(dims) }, () => 0.4 * rng.normal()),
});
const positive = (n: number): TensorSpec => ({
  dims: [n],
  values: Float32Array.from({ length: n }, () => 0.5 + rng.uniform()),
});
const ints = (...values: number[]): TensorSpec => ({ dims: [values.length], values, type: 7 });
const int = (value: number): TensorSpec => ({ dims: [], values: [value], type: 7 });
const number = (value: number): TensorSpec => ({ dims: [], values: [value] });

/** A node that reads `inputs` and gives `output`. */
const node = (
  op: string,
  inputs: string,
  output: string,
  attributes: Record<string, AttributeSpec> = {},
): NodeSpec => ({
  op,
  inputs: inputs.split(' ').map((name) => (name === '-' ? '' : name)),
  outputs: [output],
  name: `/${output}/${op}`,
  attributes,
});

/** Ends a chain that gives [n, channels, h, w] in `x`: global average, flatten, dense. */
const head = (channels: number) => ({
  nodes: [
    node('GlobalAveragePool', 'x', 'averages'),
    node('Flatten', 'averages', 'features'),
    node('Gemm', 'features fc.weight fc.bias', 'logits', { transB: 1 }),
  ],
  tensors: { 'fc.weight': random(4, channels), 'fc.bias': random(4) },
});

/** Reads a file and compares it with the runtime on 3 random images; gives the network and its notes. */
async function compare(spec: FileSpec, dims: readonly number[] = [1, 3, 6, 6]) {
  const bytes = onnxFile(spec);
  const inspection = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(inspection.unsupported).toEqual([]);
  const { network } = inspection;
  if (network === undefined) throw new Error('no network');
  const channelsFirst = (network.nodes[0] as { shape: readonly number[] }).shape[2] === dims[1];
  for (let run = 0; run < 3; run++) {
    const image = Float32Array.from({ length: size(dims) }, () => rng.normal());
    const expected = await runtimeOutput(bytes, image, dims);
    const [, c, h, w] = dims;
    const ours = channelsFirst ? image.map((_, i) => image[(i % c) * h * w + Math.floor(i / c)]) : image;
    expect(await logitsOf(network, ours)).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-4 });
  }
  return { network, notes: inspection.notes };
}

/** Compares nodes that make `x` of [6, 6, 3] images with `channels` channels, before a dense layer. */
async function compareImages(
  nodes: readonly NodeSpec[],
  tensors: Record<string, TensorSpec>,
  channels: number,
  opset = 17,
) {
  const end = head(channels);
  return compare({ nodes: [...nodes, ...end.nodes], tensors: { ...tensors, ...end.tensors }, opset });
}

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

  test('what stands between the flattened image and the dense layer is put in order too', async () => {
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

  test('a weight that two layers share is a weight of each', async () => {
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

describe('shapes', () => {
  test('the size of a view that PyTorch computes while running', async () => {
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
});

describe('values', () => {
  test('weights of every type of float and in every field', async () => {
    const values = [1.5, -0.25, 3, 0.5, -2, 0.125, 1, -1, 0.75, 2, 4, -8];
    const halves = [0x3e00, 0xb400, 0x4200, 0x3800, 0xc000, 0x3000, 0x3c00, 0xbc00, 0x3a00, 0x4000, 0x4400, 0xc800];
    for (const tensor of [
      { dims: [3, 4], values },
      { dims: [3, 4], values, type: 11 },
      { dims: [3, 4], values: halves, type: 10 },
    ]) {
      const { network } = await onnxReader
        .read([
          {
            name: 'test.onnx',
            bytes: onnxFile({
              nodes: [
                node('GlobalAveragePool', 'image', 'a'),
                node('Flatten', 'a', 'f'),
                node('MatMul', 'f w', 'logits'),
              ],
              tensors: { w: tensor },
            }),
          },
        ])
        .then((inspection) => inspection);
      expect([...(network?.parameters.get('logits.kernel')?.values ?? [])]).toEqual(values);
    }
  });

  test('codes and scales become float weights; rounding of activations is left out, its rectifying is not', async () => {
    const { network, notes, unsupported } = await onnxReader.read([
      {
        name: 'test.onnx',
        bytes: onnxFile({
          nodes: [
            node('DequantizeLinear', 'codes scales zeros', 'w', { axis: 0 }),
            node('Conv', 'image w', 'c'),
            node('QuantizeLinear', 'c step zero', 'q'),
            node('Clip', 'q low high', 'four'),
            node('DequantizeLinear', 'four step zero', 'd'),
            node('GlobalAveragePool', 'd', 'm'),
            node('Flatten', 'm', 'logits'),
          ],
          tensors: {
            codes: { dims: [2, 3, 1, 1], values: [1, -2, 3, 7, -8, 0], type: 3 },
            scales: { dims: [2], values: [0.5, 0.25] },
            zeros: { dims: [2], values: [0, 1], type: 3 },
            step: number(0.1),
            zero: { dims: [], values: [0], type: 2 },
            low: { dims: [], values: [0], type: 2 },
            high: { dims: [], values: [15], type: 2 },
          },
        }),
      },
    ]);
    expect(unsupported).toEqual([]);
    expect(network?.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'relu', 'globalAvgPool']);
    const kernel = network?.parameters.get(`${network.nodes[1].id}.kernel`);
    expect([...(kernel?.values ?? [])]).toEqual([0.5, 1.5, -1, -2.25, 1.5, -0.25]); // [1, 1, in, out]
    expect(notes).toHaveLength(3);
  });

  test('weights that are rounded in the file: the numbers that the runtime makes of them', async () => {
    const { notes } = await compareImages(
      [
        node('QuantizeLinear', 'w scales zeros', 'codes', { axis: 0 }),
        node('DequantizeLinear', 'codes scales zeros', 'rounded', { axis: 0 }),
        node('Conv', 'image rounded', 'x'),
      ],
      {
        w: random(4, 3, 3, 3),
        scales: { dims: [4], values: [0.01, 0.02, 0.005, 0.25] },
        zeros: { dims: [4], values: [0, 3, -5, 100], type: 3 },
      },
      4,
    );
    expect(notes).toEqual([
      'The file is already quantized: its weights are codes, which were multiplied with their scales.',
    ]);
  });

  test('bits and ranges of what layers read are the card’s', async () => {
    const { setting, notes, network } = await onnxReader.read([
      {
        name: 'test.onnx',
        bytes: onnxFile({
          nodes: [
            node('QuantizeLinear', 'image step middle', 'q'),
            node('DequantizeLinear', 'q step middle', 'd'),
            node('Conv', 'd w', 'x'),
            ...head(2).nodes,
          ],
          tensors: {
            w: random(2, 3, 3, 3),
            step: number(0.03125),
            middle: { dims: [], values: [100], type: 2 },
            ...head(2).tensors,
          },
        }),
      },
    ]);
    const [conv, fc] = (network?.nodes ?? []).filter((each) => 'bias' in each).map(({ id }) => id);
    expect(setting?.policy).toEqual({
      [conv]: { weights: 32, activations: 8 },
      [fc]: { weights: 32, activations: 32 },
    });
    expect(setting?.ranges?.get(conv)).toMatchObject({ min: -3.125, max: 155 * 0.03125 });
    expect(notes).toEqual([
      'Bits and ranges of the activations that 1 layer reads are those of the file; weights are 32-bit numbers.',
    ]);
  });
});

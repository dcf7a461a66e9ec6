// Stored numbers: types of floats, codes with their scales, rounding inside the file.
import { expect, test } from 'vitest';
import { onnxFile } from './onnxFile.testing';
import { compareImages, head, node, number, random } from './operators.testing';
import { onnxReader } from './reader';

test('weights of every float type and in every field', async () => {
  const values = [1.5, -0.25, 3, 0.5, -2, 0.125, 1, -1, 0.75, 2, 4, -8];
  const halves = [0x3e00, 0xb400, 0x4200, 0x3800, 0xc000, 0x3000, 0x3c00, 0xbc00, 0x3a00, 0x4000, 0x4400, 0xc800];
  for (const tensor of [
    { dims: [3, 4], values },
    { dims: [3, 4], values, type: 11 },
    { dims: [3, 4], values: halves, type: 10 },
  ]) {
    const { network } = await onnxReader.read([
      {
        name: 'test.onnx',
        bytes: onnxFile({
          nodes: [node('GlobalAveragePool', 'image', 'a'), node('Flatten', 'a', 'f'), node('MatMul', 'f w', 'logits')],
          tensors: { w: tensor },
        }),
      },
    ]);
    expect([...(network?.parameters.get('logits.kernel')?.values ?? [])]).toEqual(values);
  }
});

test('codes and scales become float weights; activation rounding is removed, but not its rectification', async () => {
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
  expect(notes).toHaveLength(4);
});

test('weights rounded in the file have the runtime’s numbers', async () => {
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
    'Weights of 1 layer are codes of 8 bits in the file, whose levels this scheme does not have: they stay 32-bit numbers.',
  ]);
});

test('bits and ranges of layer inputs are on the card', async () => {
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
  expect(notes).toEqual(['What 1 layer reads is rounded to 8 bits, with the ranges of the file.']);
});

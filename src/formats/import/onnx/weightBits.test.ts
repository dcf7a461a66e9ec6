// Weights and activations rounded by other programs: their bits, in a scheme of the page under which the network predicts
// like ONNX Runtime on the file.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRng } from '../../../math/rng';
import { take, useBackend } from '../../../nn/backends.testing';
import { Inference } from '../../../nn/inference';
import { quantizerOf } from '../../../quant/registry';
import { type NodeSpec, onnxFile, runtimeOutput, type TensorSpec } from './onnxFile.testing';
import { head, node, number, random } from './operators.testing';
import { onnxReader } from './reader';

const rng = createRng(3);
const codes = (type: number, low: number, high: number): TensorSpec => ({
  dims: [4, 3, 3, 3],
  values: Array.from({ length: 108 }, () => low + rng.integer(high - low + 1)),
  type,
});
const zeros = (type: number, values: number[]): TensorSpec => ({ dims: [values.length], values, type });
const scales: TensorSpec = { dims: [4], values: [0.011, 0.007, 0.02, 0.0153] };
const dequantized = [
  node('DequantizeLinear', 'codes scales zeros', 'w', { axis: 0 }),
  node('Conv', 'image w bias', 'x', { pads: [1, 1, 1, 1] }),
];
const end = head(4);

async function read(nodes: readonly NodeSpec[], tensors: Record<string, TensorSpec>) {
  const file = { nodes: [...nodes, ...end.nodes], tensors: { bias: random(4), ...tensors, ...end.tensors }, opset: 21 };
  const bytes = onnxFile(file);
  const { network, setting, notes, unsupported } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(unsupported).toEqual([]);
  if (network === undefined || setting?.policy === undefined || setting.scheme === undefined)
    throw new Error('no setting');
  const { policy, scheme, ranges = new Map() } = setting;
  return { bytes, network, policy, scheme, ranges, notes };
}

/** The largest difference between the page under the file's setting and ONNX Runtime on the file. */
async function apart({ bytes, network, policy, scheme, ranges }: Awaited<ReturnType<typeof read>>): Promise<number> {
  await useBackend('cpu');
  const image = Float32Array.from({ length: 108 }, () => rng.normal());
  const ours = image.map((_, i) => image[(i % 3) * 36 + Math.floor(i / 3)]);
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const { logits } = model.run(() => tf.tensor4d(ours, [1, 6, 6, 3]));
  const values = await take(logits);
  model.dispose();
  const theirs = await runtimeOutput(bytes, image, [1, 3, 6, 6]);
  return Math.max(...values.map((v, i) => Math.abs(v - theirs[i])));
}

test.each<[string, string, number, NodeSpec[], () => Record<string, TensorSpec>]>([
  [
    'int8 around zero, some scales wider than their codes',
    'lsq/channel',
    8,
    dequantized,
    () => ({ codes: codes(3, -90, 99), scales, zeros: zeros(3, [0, 0, 0, 0]) }),
  ],
  [
    'int8 with -128',
    'lsq/channel',
    8,
    dequantized,
    () => ({ codes: codes(3, -128, 127), scales, zeros: zeros(3, [0, 0, 0, 0]) }),
  ],
  [
    'uint8 whose zero points are not the middle',
    'affine/channel',
    8,
    dequantized,
    () => {
      const every = codes(2, 0, 255);
      const ends = Array.from(every.values, (v, i) => (i % 27 === 0 ? 0 : i % 27 === 1 ? 255 : v));
      return { codes: { ...every, values: ends }, scales, zeros: zeros(2, [100, 90, 128, 200]) };
    },
  ],
  [
    'one scale for all',
    'lsq/tensor',
    8,
    [node('DequantizeLinear', 'codes scale zero', 'w'), ...dequantized.slice(1)],
    () => ({ codes: codes(3, -100, 100), scale: number(0.01), zero: { dims: [], values: [0], type: 3 } }),
  ],
  [
    'int8 clipped to 4 bits, narrow, every end used',
    'symmetric/channel',
    4,
    [
      node('Clip', 'codes low high', 'four'),
      node('DequantizeLinear', 'four scales zeros', 'w', { axis: 0 }),
      ...dequantized.slice(1),
    ],
    () => ({
      codes: codes(3, -9, 9),
      scales,
      zeros: zeros(3, [0, 0, 0, 0]),
      low: { dims: [], values: [-7], type: 3 },
      high: { dims: [], values: [7], type: 3 },
    }),
  ],
])('%s', async (_, scheme, bits, nodes, tensors) => {
  const found = await read(nodes, tensors());
  const [conv, fc] = Object.values(found.policy);
  expect([conv, fc]).toEqual([
    { weights: bits, activations: 32 },
    { weights: 32, activations: 32 },
  ]);
  expect(`${found.scheme.quantizer}/${found.scheme.granularity}`).toBe(scheme);
  expect(found.notes.at(-1)).toBe(
    `Weights of 1 layer are codes of ${bits} bits in the file, and are rounded so here (${quantizerOf(found.scheme.quantizer).label}, per ${found.scheme.granularity}).`,
  );
  expect(await apart(found)).toBeLessThan(1e-5);
});

test('dense weights along their second axis, transposed or not, and activations of 4 narrow bits', async () => {
  const dense = (tensor: TensorSpec) => ({ fcodes: tensor, fscales: { dims: [4], values: [0.01, 0.02, 0.03, 0.04] } });
  const int8 = (dims: number[]) => ({
    dims,
    values: Array.from({ length: 16 }, (_, i) => ((i * 53) % 255) - 127),
    type: 3,
  });
  const body = [
    node('QuantizeLinear', 'image step middle', 'q'),
    node('Clip', 'q low high', 'narrow'),
    node('DequantizeLinear', 'narrow step middle', 'd'),
    node('Conv', 'd kernel bias', 'x'),
    node('GlobalAveragePool', 'x', 'a'),
    node('Flatten', 'a', 'f'),
  ];
  const ends: [string, NodeSpec[]][] = [
    ['MatMul', [node('DequantizeLinear', 'fcodes fscales', 'w', { axis: 1 }), node('MatMul', 'f w', 'logits')]],
    [
      'Transpose and MatMul',
      [
        node('DequantizeLinear', 'fcodes fscales', 'v', { axis: 0 }),
        node('Transpose', 'v', 'w', { perm: [1, 0] }),
        node('MatMul', 'f w', 'logits'),
      ],
    ],
    [
      'Gemm',
      [node('DequantizeLinear', 'fcodes fscales', 'w', { axis: 0 }), node('Gemm', 'f w', 'logits', { transB: 1 })],
    ],
  ];
  for (const [, tail] of ends) {
    const bytes = onnxFile({
      nodes: [...body, ...tail],
      tensors: {
        kernel: random(4, 3, 3, 3),
        bias: random(4),
        step: number(0.5),
        middle: { dims: [], values: [0], type: 3 },
        low: { dims: [], values: [-7], type: 3 },
        high: { dims: [], values: [7], type: 3 },
        ...dense(int8([4, 4])),
      },
      opset: 21,
    });
    const { network, setting, unsupported } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
    expect(unsupported).toEqual([]);
    const { policy = {}, scheme, ranges = new Map() } = setting ?? {};
    expect(Object.values(policy)).toEqual([
      { weights: 32, activations: 4 },
      { weights: 8, activations: 32 },
    ]);
    if (network === undefined || scheme === undefined) throw new Error('no network');
    expect(await apart({ bytes, network, policy, scheme, ranges, notes: [] })).toBeLessThan(1e-5);
  }
});

test('roundings that the page lacks are noted: 16-bit activations, blocks of weights', async () => {
  const { notes, policy } = await read(
    [
      node('QuantizeLinear', 'image step zero', 'q'),
      node('DequantizeLinear', 'q step zero', 'd'),
      node('DequantizeLinear', 'codes blocks', 'w', { axis: 1, block_size: 2 }),
      node('Conv', 'd w bias', 'x'),
    ],
    {
      step: number(1e-3),
      zero: { dims: [], values: [0], type: 5 },
      codes: codes(3, -100, 100),
      blocks: { dims: [4, 2, 3, 3], values: Array.from({ length: 72 }, () => 0.01 + 0.01 * rng.uniform()) },
    },
  );
  expect(Object.values(policy).every(({ weights, activations }) => weights === 32 && activations === 32)).toBe(true);
  expect(notes.slice(-2)).toEqual([
    'What 1 layer reads is rounded to 16 bits in the file, in a way that the page does not have (2-8 bits, evenly spaced around zero): it stays 32-bit numbers.',
    'Weights of 1 layer are codes of 8 bits with several scales a channel in the file: they stay 32-bit numbers.',
  ]);
});

// ReLUs folded by quantizers into codes that begin at zero, in any position, and other ways to write ReLU and ReLU6: our
// float network compared with ONNX Runtime on the file, or on the file with an explicit ReLU.
import { expect, test } from 'vitest';
import { createRng } from '../../../math/rng';
import { logitsOf } from '../thirdParty.testing';
import { type NodeSpec, onnxFile, runtimeOutput, type TensorSpec } from './onnxFile.testing';
import { compareImages, head, node, number, random } from './operators.testing';
import { onnxReader } from './reader';

const uint8 = (value: number): TensorSpec => ({ dims: [], values: [value], type: 2 });
const pool = { kernel_shape: [2, 2], strides: [2, 2] };
const [w, w2, end] = [random(4, 3, 3, 3), random(4, 3, 3, 3), head(4)];
const convolutions = [node('Conv', 'image w', 'a'), node('Conv', 'image w2', 'b')];

/** Nodes that compute `m`, with its possible signs: `rectifies` if a ReLU belongs after them. */
const MIDDLES: [string, NodeSpec[], rectifies: boolean, channels?: number][] = [
  ['a convolution', [node('Identity', 'a', 'm')], true],
  ['a maximum', [node('MaxPool', 'a', 'm', pool)], true],
  ['an average', [node('AveragePool', 'a', 'm', pool)], true],
  ['a sum', [node('Add', 'a b', 'm')], true],
  ['a sum of a ReLU and what has none', [node('Relu', 'a', 'r'), node('Add', 'r b', 'm')], true],
  ['joined branches, one with a ReLU', [node('Relu', 'a', 'r'), node('Concat', 'r b', 'm', { axis: 1 })], true, 8],
  ['padding of an average', [node('AveragePool', 'a', 'p', pool), node('Pad', 'p pads', 'm')], true],
  ['a maximum of a ReLU', [node('Relu', 'a', 'r'), node('MaxPool', 'r', 'm', pool)], false],
  ['joined ReLUs', [node('Relu', 'a', 'r'), node('Relu', 'b', 's'), node('Concat', 'r s', 'm', { axis: 1 })], false, 8],
];
const pads: TensorSpec = { dims: [8], values: [0, 0, 1, 1, 0, 0, 0, 0], type: 7 };

async function float(nodes: readonly NodeSpec[], tensors: Record<string, TensorSpec>, channels = 4) {
  const tail = channels === 4 ? end : head(channels);
  const bytes = onnxFile({
    nodes: [...convolutions, ...nodes, ...tail.nodes],
    tensors: { w, w2, pads, ...tensors, ...tail.tensors },
    opset: 21,
  });
  const { network, notes, unsupported } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(unsupported).toEqual([]);
  if (network === undefined) throw new Error('no network');
  const rng = createRng(9);
  const [c, plane] = [3, 36];
  const image = Float32Array.from({ length: c * plane }, () => rng.normal());
  const ours = image.map((_, i) => image[(i % c) * plane + Math.floor(i / c)]);
  return {
    ours: await logitsOf(network, ours),
    theirs: await runtimeOutput(bytes, image, [1, c, 6, 6]),
    network,
    notes,
  };
}

test.each(MIDDLES)('codes that begin at zero after %s', async (_, middle, rectifies, channels) => {
  // Steps fine enough that the runtime's rounding stays below the tolerance.
  const rounded = [...middle, node('QuantizeLinear', 'm step zero', 'q'), node('DequantizeLinear', 'q step zero', 'x')];
  const uint16: TensorSpec = { dims: [], values: [0], type: 4 };
  const { ours, theirs, notes } = await float(rounded, { step: number(3e-4), zero: uint16 }, channels);
  expect(ours).toBeAllClose(theirs, { rtol: 0, atol: 2e-3 });
  expect(notes.some((note) => note.includes('a ReLU was put in their place'))).toBe(rectifies);
});

test('codes that begin at zero and end at 6 are a ReLU6', async () => {
  const nodes = [
    node('Mul', 'a large', 'm'),
    node('QuantizeLinear', 'm step zero', 'q'),
    node('DequantizeLinear', 'q step zero', 'x'),
  ];
  const { ours, theirs, network } = await float(nodes, { large: number(8), step: number(6 / 255), zero: uint8(0) });
  expect(network.nodes.filter(({ op }) => op === 'relu6')).toHaveLength(1);
  expect(ours).toBeAllClose(theirs, { rtol: 0, atol: 0.03 });
});

test('an image whose codes begin at zero is not rectified', async () => {
  const nodes = [
    node('QuantizeLinear', 'image step zero', 'q'),
    node('DequantizeLinear', 'q step zero', 'd'),
    node('Conv', 'd w', 'x'),
  ];
  const bytes = onnxFile({
    nodes: [...nodes, ...end.nodes],
    tensors: { w, step: number(1 / 255), zero: uint8(0), ...end.tensors },
  });
  const { network } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(network?.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'globalAvgPool', 'dense']);
});

const SIX: [string, NodeSpec[]][] = [
  ['Max, then Min', [node('Max', 'c zero', 'm'), node('Min', 'm six', 'x')]],
  ['Min, then Max', [node('Min', 'six c', 'm'), node('Max', 'zero m', 'x')]],
  ['Min, then Relu', [node('Min', 'c six', 'm'), node('Relu', 'm', 'x')]],
  ['Relu, then Min', [node('Relu', 'c', 'm'), node('Min', 'm six', 'x')]],
  ['Relu, then Clip', [node('Relu', 'c', 'm'), node('Clip', 'm - six', 'x')]],
  ['Clip, then Clip', [node('Clip', 'c - six', 'm'), node('Clip', 'm zero', 'x')]],
];
test.each(SIX)('ReLU6 as %s', async (_, nodes) => {
  const tensors = { w: random(5, 3, 3, 3), large: number(20), zero: number(0), six: number(6) };
  const { network } = await compareImages(
    [node('Mul', 'image large', 'i'), node('Conv', 'i w', 'c'), ...nodes],
    tensors,
    5,
  );
  expect(network.nodes.filter(({ op }) => op === 'relu6' || op === 'relu').map(({ op }) => op)).toEqual(['relu6']);
});

test('a ReLU with another reader keeps its numbers above 6', async () => {
  await compareImages(
    [
      node('Mul', 'image large', 'i'),
      node('Conv', 'i w', 'c'),
      node('Relu', 'c', 'm'),
      node('Min', 'm six', 's'),
      node('Concat', 'm s', 'x', { axis: 1 }),
    ],
    { w: random(5, 3, 3, 3), large: number(20), six: number(6) },
    10,
  );
});

test('an upper end alone is refused at its reader', async () => {
  const bytes = onnxFile({
    nodes: [node('Conv', 'image w', 'c'), node('Min', 'c six', 'x'), ...end.nodes],
    tensors: { w, six: number(6), ...end.tensors },
  });
  const { unsupported } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(unsupported.map(({ op, why }) => `${op}: ${why}`)).toEqual([
    'GlobalAveragePool: It reads numbers that end at 6 and do not begin at 0; the page knows ReLU6 (0 to 6). Train the network with ReLU or ReLU6, and export it again.',
  ]);
});

// Activations as exporters write them, compared with ONNX Runtime.
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../../nn/backends.testing';
import type { AttributeSpec } from './onnxFile.testing';
import { compare, compareImages, head, node, random } from './operators.testing';

beforeAll(async () => {
  await useBackend('wasm');
});

const conv = node('Conv', 'image conv.weight conv.bias', 'c', { kernel_shape: [3, 3] });
const tensors = { 'conv.weight': random(4, 3, 3, 3), 'conv.bias': random(4) };
const float = (value: number) => ({ float: value });

test.each<[op: string, ours: string, attributes?: Record<string, AttributeSpec>, opset?: number]>([
  ['Sigmoid', 'sigmoid'],
  ['Tanh', 'tanh'],
  ['HardSwish', 'hardSwish'],
  ['HardSigmoid', 'hardSigmoid'],
  ['HardSigmoid', 'hardSigmoid', { alpha: float(1 / 6), beta: float(0.4) }],
  ['LeakyRelu', 'leakyRelu'],
  ['LeakyRelu', 'leakyRelu', { alpha: float(0.3) }],
  ['Elu', 'elu', { alpha: float(0.5) }],
  ['Gelu', 'gelu', {}, 20],
  ['Gelu', 'geluTanh', { approximate: 'tanh' }, 20],
])('%s is %s', async (op, ours, attributes = {}, opset = 17) => {
  const { network } = await compareImages([conv, node(op, 'c', 'x', attributes)], tensors, 4, opset);
  expect(network.nodes.map((each) => each.op)).toContain(ours);
});

test.each([[4, 1, 1], [1]])('PRelu with slopes [%j]', async (...dims) => {
  const slope = random(...dims);
  await compareImages([conv, node('PRelu', 'c slope', 'x')], { ...tensors, slope }, 4);
});

test('activations of features', async () => {
  const end = head(4);
  const nodes = [conv, node('Relu', 'c', 'x'), ...end.nodes.slice(0, 2)];
  const dense = [
    node('Gemm', 'features fc.weight fc.bias', 'y', { transB: 1 }),
    node('PRelu', 'y slope', 'z'),
    node('Tanh', 'z', 't'),
    node('Gemm', 't last.weight last.bias', 'logits', { transB: 1 }),
  ];
  const more = { slope: random(4), 'last.weight': random(5, 4), 'last.bias': random(5) };
  await compare({ nodes: [...nodes, ...dense], tensors: { ...tensors, ...end.tensors, ...more } });
});

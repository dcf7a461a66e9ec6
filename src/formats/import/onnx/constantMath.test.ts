// Computations on stored weights before a layer reads them, compared with ONNX Runtime.
import { expect, test } from 'vitest';
import { type AttributeSpec, onnxFile, type TensorSpec } from './onnxFile.testing';
import { compareImages, head, ints, node, number, random } from './operators.testing';
import { onnxReader } from './reader';

const w = random(4, 3, 3, 3);
const int8 = (values: number[], dims: number[] = [values.length]): TensorSpec => ({ dims, values, type: 3 });

test('binary weights by definition: the sign times the mean magnitude', async () => {
  const nodes = [
    node('Sign', 'w', 's'),
    node('Abs', 'w', 'a'),
    node('ReduceMean', 'a', 'm', { axes: [1, -1, 2] }),
    node('Mul', 's m', 'b'),
    node('Conv', 'image b', 'x'),
  ];
  await compareImages(nodes, { w }, 4);
});

test('weights of DoReFa: tanh, largest magnitude, rounding, scaling back', async () => {
  const nodes = [
    node('Tanh', 'w', 't'),
    node('Abs', 't', 'a'),
    node('ReduceMax', 'a', 'm', { keepdims: 0 }),
    node('Div', 't m', 'd'),
    node('Mul', 'd seven', 'e'),
    node('Round', 'e', 'r'),
    node('Div', 'r seven', 'q'),
    node('Conv', 'image q', 'x'),
  ];
  await compareImages(nodes, { w, seven: number(7) }, 4);
});

test.each<[string, Record<string, AttributeSpec>, string, number]>([
  ['the sum over given axes', { keepdims: 1 }, 'ReduceSum', 13],
  ['nothing where no axes are given and nothing is asked for', { noop_with_empty_axes: 1 }, 'ReduceSum', 13],
  ['the largest', { axes: [0], keepdims: 1 }, 'ReduceMax', 13],
  ['the smallest', { axes: [2, 3] }, 'ReduceMin', 13],
  ['the product', { axes: [1] }, 'ReduceProd', 13],
  ['magnitudes', { axes: [1, 2, 3] }, 'ReduceL1', 13],
  ['the norm', { axes: [1, 2, 3] }, 'ReduceL2', 13],
])('reduction: %s', async (_, attributes, op, opset) => {
  const byInput = op === 'ReduceSum' && attributes.keepdims === 1;
  const nodes = [
    node(op, byInput ? 'w axes' : 'w', 'r', attributes),
    node('Mul', 'w r', 'm'),
    node('Conv', 'image m', 'x'),
  ];
  await compareImages(nodes, { w, ...(byInput && { axes: ints(1, 2) }) }, 4, opset);
});

test('choices, comparisons and powers', async () => {
  const nodes = [
    node('Greater', 'w low', 'g'),
    node('Pow', 'w two', 'p'),
    node('Neg', 'w', 'n'),
    node('Where', 'g p n', 'c'),
    node('Max', 'c low w', 'm'),
    node('Conv', 'image m', 'x'),
  ];
  await compareImages(nodes, { w, low: number(0.1), two: number(2) }, 4);
});

test.each([13, 10])('codes below 8 bits are clipped as by Brevitas, opset %i', async (opset) => {
  const codes = Array.from({ length: 108 }, (_, i) => ((i * 37) % 23) - 11);
  const clip = opset === 13 ? node('Clip', 'codes low high', 'four') : node('Identity', 'codes', 'four');
  const nodes = [
    clip,
    node('DequantizeLinear', 'four scales zeros', 'd', opset === 13 ? { axis: 0 } : {}),
    node('Conv', 'image d', 'x'),
  ];
  const one = opset === 10;
  const tensors = {
    codes: int8(codes, [4, 3, 3, 3]),
    scales: one ? number(0.02) : { dims: [4], values: [0.02, 0.01, 0.05, 0.03] },
    zeros: one ? int8([0], []) : int8([0, 0, 0, 0]),
    low: int8([-7], []),
    high: int8([7], []),
  };
  await compareImages(nodes, tensors, 4, opset);
});

test('weights rounded with a scale of 0, as in pruned channels, are 0', async () => {
  const pruned = Float32Array.from(w.values, (v, i) => (Math.floor(i / 27) === 2 ? 0 : v));
  const nodes = [
    node('QuantizeLinear', 'w scales zeros', 'q', { axis: 0 }),
    node('DequantizeLinear', 'q scales zeros', 'd', { axis: 0 }),
    node('Conv', 'image d', 'x'),
  ];
  const scales = { dims: [4], values: [0.02, 0.01, 0, 0.03] };
  await compareImages(nodes, { w: { dims: w.dims, values: pruned }, scales, zeros: int8([0, 0, 0, 0]) }, 4);
});

test('IntQuant is the new name of Quant; a scale of 0 gives zeros there too', async () => {
  const kernels: unknown[] = [];
  for (const op of ['Quant', 'IntQuant']) {
    const quant = { ...node(op, 'w scales zero bits', 'd'), domain: 'qonnx.custom_op.general' };
    const bytes = onnxFile({
      nodes: [quant, node('Conv', 'image d', 'x'), ...head(4).nodes],
      tensors: {
        w,
        scales: { dims: [4, 1, 1, 1], values: [0.1, 0, 0.05, 0.2] },
        zero: number(0),
        bits: number(4),
        ...head(4).tensors,
      },
    });
    const { network, unsupported } = await onnxReader.read([{ name: 'test.onnx', bytes }]);
    expect(unsupported).toEqual([]);
    kernels.push([...(network?.parameters.values().next().value?.values ?? [])]);
  }
  expect(kernels[1]).toEqual(kernels[0]);
  const second = (kernels[0] as number[]).filter((_, i) => i % 4 === 1);
  expect(second.every((v) => v === 0)).toBe(true);
});

// Unsupported parts, listed all at once.
import { expect, test } from 'vitest';
import { fileOf, node, random, WEIGHTS } from './errors.testing';
import { graphProto, modelProto, onnxFile, valueInfo } from './onnxFile.testing';
import { onnxReader } from './reader';

test('unsupported parts are listed by node, operation and reason', async () => {
  const nodes = [
    node('MaxPool', ['image'], 'c1', { attributes: { kernel_shape: [2, 2], dilations: [2, 2] } }),
    node('Resize', ['image', '', 'scales'], 'c2', { attributes: { mode: 'linear' } }),
    node('Conv', ['image', 'conv.weight'], 'c3'),
    node('Mish', ['c3'], 'h'),
    node('Trunc', ['h', 's'], 'q', { domain: 'qonnx.custom_op.general' }),
    node('Einsum', ['c1', 'c2', 'q'], 's1'),
    node('Clip', ['c3'], 'clip', { attributes: { min: { float: -1 }, max: { float: 1 } } }),
    node('Add', ['s1', 'clip'], 'logits'),
  ];
  const tensors = { ...WEIGHTS, scales: { dims: [4], values: [1, 1, 2, 2] }, s: random(1) };
  const { network, unsupported } = await onnxReader.read(fileOf(onnxFile({ nodes, tensors, opset: 9 })));
  expect(network).toBeUndefined();
  expect(unsupported.map(({ node: name, op, why }) => `${name} ${op}: ${why}`).sort()).toEqual([
    'c1 MaxPool: Its windows are dilated (2 x 2), which only those of convolutions can be. Train the network without dilation, and export it again.',
    'c2 Resize: It resizes images by interpolation. Enlarge by the nearest pixel, and export the network again.',
    'clip Clip: It keeps numbers from -1 up to 1; the page knows ReLU (from 0 up) and ReLU6 (from 0 up to 6). Train the network with ReLU or ReLU6, and export it again.',
    'h Mish: The page does not have this activation. Train the network with another one, such as ReLU, SiLU or hard-swish, and export it again.',
    'q qonnx.custom_op.general.Trunc: It is a quantizer of QONNX that the page does not have. Export the float network, or with Quant nodes.',
    's1 Einsum: The page does not have this operation. Build the network without it, and export it again.',
  ]);
});

test('a second input, too large a constant, an image as output', async () => {
  const grown = Array.from({ length: 20 }, (_, i) =>
    node('Concat', [`x${i}`, `x${i}`], `x${i + 1}`, { attributes: { axis: 0 } }),
  );
  const graph = graphProto({
    nodes: [...grown, node('Einsum', ['image', 'x20', 'other'], 'logits')],
    tensors: { x0: { dims: [100], values: new Float32Array(100) } },
  });
  const { unsupported } = await onnxReader.read(
    fileOf(modelProto(graph.message(11, valueInfo('other', [1]))).finish()),
  );
  expect(unsupported).toEqual([
    {
      node: 'other',
      op: 'input',
      why: 'It is a second input; the page shows a network one image. Export a network that reads one image.',
    },
    {
      node: 'x19',
      op: 'Concat',
      why: 'It makes a constant of 52428800 numbers. Simplify the file (onnxsim model.onnx simple.onnx), and drop the result.',
    },
    {
      node: 'logits',
      op: 'Einsum',
      why: 'The page does not have this operation. Build the network without it, and export it again.',
    },
  ]);
  const image = await onnxReader.read(fileOf(onnxFile({ nodes: [node('Relu', ['image'], 'logits')] })));
  expect(image.unsupported).toEqual([
    {
      node: 'logits',
      op: 'output',
      why: 'It is an image [1, 3, 6, 6], not one number a class. End the network in a pooling, Flatten or Gemm, and export it again.',
    },
  ]);
});

// A small valid ONNX file and its parts, from which tests make bad ones.
import { streamOfTest } from '../../../math/rng.testing';
import type { ModelFile } from '../importer';
import { type NodeSpec, onnxFile, type TensorSpec } from './onnxFile.testing';

const rng = streamOfTest(5);
export const random = (...dims: number[]): TensorSpec => ({
  dims,
  values: Float32Array.from({ length: dims.reduce((product, d) => product * d, 1) }, () => rng().normal()),
});
export const node = (op: string, inputs: string[], output: string, rest: Partial<NodeSpec> = {}): NodeSpec => ({
  op,
  inputs,
  outputs: [output],
  name: output,
  ...rest,
});

export const CONV = node('Conv', ['image', 'conv.weight'], 'c', { attributes: { strides: [2, 2] } });
export const TAIL = [
  node('Relu', ['c'], 'r'),
  node('GlobalAveragePool', ['r'], 'a'),
  node('Flatten', ['a'], 'f'),
  node('Gemm', ['f', 'fc.weight'], 'logits', { attributes: { transB: 1 } }),
];
export const WEIGHTS = { 'conv.weight': random(4, 3, 3, 3), 'fc.weight': random(5, 4) };
export const GOOD = onnxFile({ nodes: [CONV, ...TAIL], tensors: WEIGHTS });

export const fileOf = (bytes: Uint8Array): ModelFile[] => [{ name: 'net.onnx', bytes }];

// Small networks of every operation, as exporters write them: our forward pass on the imported network compared with ONNX
// Runtime on the file.
import { expect } from 'vitest';
import { streamOfTest } from '../../../math/rng.testing';
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

const rng = streamOfTest(11);
const size = (dims: readonly number[]) => dims.reduce((product, d) => product * d, 1);
/** A tensor of normal numbers with standard deviation 0.4. */
export const random = (...dims: number[]): TensorSpec => ({
  dims,
  values: Float32Array.from({ length: size(dims) }, () => 0.4 * rng().normal()),
});
/** n numbers from 0.5 to 1.5. */
export const positive = (n: number): TensorSpec => ({
  dims: [n],
  values: Float32Array.from({ length: n }, () => 0.5 + rng().uniform()),
});
/** A list of int64 numbers. */
export const ints = (...values: number[]): TensorSpec => ({ dims: [values.length], values, type: 7 });
/** One int64 number. */
export const int = (value: number): TensorSpec => ({ dims: [], values: [value], type: 7 });
/** One float32 number. */
export const number = (value: number): TensorSpec => ({ dims: [], values: [value] });

/** A node with the given `inputs` and `output`. */
export const node = (
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

/** Ends a chain whose output `x` is [n, channels, h, w]: global average, flatten, dense. */
export const head = (channels: number) => ({
  nodes: [
    node('GlobalAveragePool', 'x', 'averages'),
    node('Flatten', 'averages', 'features'),
    node('Gemm', 'features fc.weight fc.bias', 'logits', { transB: 1 }),
  ],
  tensors: { 'fc.weight': random(4, channels), 'fc.bias': random(4) },
});

/** Reads a file and compares it with the runtime on 3 random images; returns the network and its notes. */
export async function compare(spec: FileSpec, dims: readonly number[] = [1, 3, 6, 6]) {
  const bytes = onnxFile(spec);
  const inspection = await onnxReader.read([{ name: 'test.onnx', bytes }]);
  expect(inspection.unsupported).toEqual([]);
  const { network } = inspection;
  if (network === undefined) throw new Error('no network');
  const channelsFirst = (network.nodes[0] as { shape: readonly number[] }).shape[2] === dims[1];
  for (let run = 0; run < 3; run++) {
    const image = Float32Array.from({ length: size(dims) }, () => rng().normal());
    const expected = await runtimeOutput(bytes, image, dims);
    const [, c, h, w] = dims;
    const ours = channelsFirst ? image.map((_, i) => image[(i % c) * h * w + Math.floor(i / c)]) : image;
    expect(await logitsOf(network, ours)).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-4 });
  }
  return { network, notes: inspection.notes };
}

/** Compares nodes that compute `x` from [6, 6, 3] images with `channels` channels, followed by a dense layer. */
export async function compareImages(
  nodes: readonly NodeSpec[],
  tensors: Record<string, TensorSpec>,
  channels: number,
  opset = 17,
) {
  const end = head(channels);
  return compare({ nodes: [...nodes, ...end.nodes], tensors: { ...tensors, ...end.tensors }, opset });
}

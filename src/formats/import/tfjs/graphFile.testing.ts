// Writes TF.js GraphModels for tests.
import type * as tf from '@tensorflow/tfjs';
import { createRng } from '../../../math/rng';
import type { ModelFile } from '../importer';

/** A GraphDef under construction, with random weights. */
export class Graph {
  readonly node: { name: string; op: string; input: string[]; attr: Record<string, unknown> }[] = [];
  readonly specs: tf.io.WeightsManifestEntry[] = [];
  private readonly data: number[] = [];
  private readonly rng = createRng(4);

  constructor(shape: readonly number[]) {
    const dim = [-1, ...shape].map((size) => ({ size: String(size) }));
    this.add('Placeholder', 'image', [], { shape: { shape: { dim } }, dtype: { type: 'DT_FLOAT' } });
  }

  add(op: string, name: string, input: string[], attr: Record<string, unknown> = {}): string {
    this.node.push({ name, op, input, attr: { T: { type: 'DT_FLOAT' }, ...attr } });
    return name;
  }

  /** Random numbers; around 1 with `about`. */
  weight(name: string, shape: number[], about = 0): string {
    const count = shape.reduce((product, d) => product * d, 1);
    return this.constant(
      name,
      shape,
      Array.from({ length: count }, () => about + 0.8 * (this.rng.uniform() - 0.5)),
    );
  }

  integers(name: string, values: number[], shape = [values.length]): string {
    return this.constant(name, shape, values, 'int32');
  }

  private constant(name: string, shape: number[], values: number[], dtype: 'float32' | 'int32' = 'float32'): string {
    this.add('Const', name, [], { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } });
    this.specs.push({ name, shape, dtype });
    this.data.push(...new Uint8Array((dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)).buffer));
    return name;
  }

  get topology() {
    return { node: this.node.toReversed(), versions: { producer: 1395 } };
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.data);
  }

  files(): ModelFile[] {
    const weightsManifest = [{ paths: ['group1-shard1of1.bin'], weights: this.specs }];
    const json = { format: 'graph-model', generatedBy: '2.16.1', convertedBy: 'TensorFlow.js Converter v4.22.0' };
    const text = JSON.stringify({ ...json, modelTopology: this.topology, weightsManifest });
    return [
      { name: 'model.json', bytes: new TextEncoder().encode(text) },
      { name: 'group1-shard1of1.bin', bytes: this.bytes },
    ];
  }
}

/** A list of integers as an attribute. */
export const integers = (...values: number[]) => ({ list: { i: values.map(String) } });
const text = (value: string) => ({ s: btoa(value) });
const fusedOps = (...ops: string[]) => ({
  fused_ops: { list: { s: ops.map(btoa) } },
  num_args: { i: '1' },
});
/** Attributes of a square window with equal strides. */
export const window = (stride: number, padding: string, size?: number) => ({
  strides: integers(1, stride, stride, 1),
  padding: text(padding),
  data_format: text('NHWC'),
  dilations: integers(1, 1, 1, 1),
  explicit_paddings: { list: {} },
  ...(size === undefined ? {} : { ksize: integers(1, size, size, 1) }),
});

/** Every operation, fused and not. */
export function everything(): Graph {
  const g = new Graph([9, 11, 3]);
  const scaled = g.add('Mul', 'scale', ['image', g.weight('factor', [3], 1)]);
  const shifted = g.add('Sub', 'shift', [scaled, g.weight('offset', [3])]);
  const conv = [shifted, g.weight('k1', [3, 3, 3, 4]), g.weight('b1', [4])];
  const a = g.add('_FusedConv2D', 'conv1', conv, { ...window(2, 'SAME'), ...fusedOps('BiasAdd', 'Relu6') });
  const plain = g.add('Conv2D', 'conv2', [a, g.weight('k2', [3, 3, 4, 4])], window(1, 'SAME'));
  const biased = g.add('BiasAdd', 'bias2', [plain, g.weight('b2', [4])]);
  const statistics = ['gamma', 'beta', 'mean', 'variance'].map((part) => g.weight(part, [4], 1));
  const bn = g.add('FusedBatchNormV3', 'bn2', [biased, ...statistics], {
    epsilon: { f: 0.01 },
    is_training: { b: false },
  });
  const sum = g.add('AddV2', 'sum', [g.add('Relu', 'relu2', [`${bn}:0`]), a]);
  const deep = g.add('FusedDepthwiseConv2dNative', 'deep', [sum, g.weight('k3', [3, 3, 4, 1]), g.weight('b3', [4])], {
    ...window(1, 'VALID'),
    ...fusedOps('BiasAdd', 'Relu'),
  });
  const padded = g.add('Pad', 'pad', [deep, g.integers('pads', [0, 0, 1, 0, 0, 2, 0, 0], [4, 2])]);
  const max = g.add('MaxPool', 'max', [padded], window(2, 'SAME', 3));
  const average = g.add('AvgPool', 'average', [padded], window(2, 'SAME', 2));
  const joined = g.add('ConcatV2', 'join', [max, average, g.integers('axis', [3], [])], { N: { i: '2' } });
  const again = g.add('DepthwiseConv2dNative', 'deep2', [joined, g.weight('k4', [2, 2, 8, 1])], window(1, 'SAME'));
  const mean = g.add('Mean', 'mean_hw', [again, g.integers('axes', [1, 2])], { keep_dims: { b: false } });
  const flat = g.add('Reshape', 'flat', [joined, g.integers('shape', [-1, 48])]);
  const wide = g.add('MatMul', 'fc1', [flat, g.weight('k5', [8, 48])], {
    transpose_b: { b: true },
    transpose_a: { b: false },
  });
  const both = g.add('AddV2', 'both', [wide, g.add('Identity', 'same', [mean])]);
  const last = g.add('_FusedMatMul', 'fc2', [both, g.weight('k6', [8, 5]), g.weight('b6', [5])], fusedOps('BiasAdd'));
  g.add('Softmax', 'softmax', [last]);
  return g;
}

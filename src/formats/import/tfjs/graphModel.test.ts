import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../../math/rng';
import { useBackend } from '../../../nn/backends.testing';
import { fuzz } from '../fuzz.testing';
import { ImportError, type ModelFile } from '../importer';
import { difference, logitsOf } from '../thirdParty.testing';
import { tfjsGraph } from './graphModel';

/** A GraphDef in the making, with random weights. */
class Graph {
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

const integers = (...values: number[]) => ({ list: { i: values.map(String) } });
const text = (value: string) => ({ s: btoa(value) });
const fusedOps = (...ops: string[]) => ({
  fused_ops: { list: { s: ops.map(btoa) } },
  num_args: { i: '1' },
});
const window = (stride: number, padding: string, size?: number) => ({
  strides: integers(1, stride, stride, 1),
  padding: text(padding),
  data_format: text('NHWC'),
  dilations: integers(1, 1, 1, 1),
  explicit_paddings: { list: {} },
  ...(size === undefined ? {} : { ksize: integers(1, size, size, 1) }),
});

/** Every operation, fused and not. */
function everything(): Graph {
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

test('every operation gives what TF.js makes of it', async () => {
  await useBackend('cpu');
  const graph = everything();
  const logits = new Graph([9, 11, 3]);
  logits.node.splice(0, 1, ...graph.node.slice(0, -1));
  const theirs = await tf.loadGraphModel({
    load: async () => ({ modelTopology: logits.topology, weightSpecs: graph.specs, weightData: graph.bytes.buffer }),
  });
  const images = tf.randomUniform([3, 9, 11, 3], -1, 1, 'float32', 5);
  const expected = (theirs.predict(images) as tf.Tensor).dataSync();
  const card = await tfjsGraph.read(graph.files());
  expect(card.unsupported).toEqual([]);
  expect(card.producer).toBe('2.16.1, TensorFlow.js Converter v4.22.0');
  expect(card.operations.get('_FusedConv2D')).toBe(1);
  if (card.network === undefined) throw new Error('no network');
  const ours = await logitsOf(card.network, images.dataSync() as Float32Array);
  expect(difference(ours, expected)).toBeLessThan(1e-5);
});

test.each([
  ['Identity', (g: Graph) => g.add('Identity', 'out', ['softmax'])],
  ['Reshape', (g: Graph) => g.add('Reshape', 'out', ['softmax', g.integers('list', [-1, 5])])],
  [
    'Reshape and two Identity',
    (g: Graph) =>
      g.add('Identity', 'Identity', [
        g.add('Identity', 'same2', [g.add('Reshape', 'out', ['softmax', g.integers('list', [-1, 5])])]),
      ]),
  ],
])('a softmax that %s follows is the end', async (_, end) => {
  const [graph, plain] = [everything(), everything()];
  end(graph);
  const [card, bare] = await Promise.all([graph, plain].map((g) => tfjsGraph.read(g.files())));
  expect(card.unsupported).toEqual([]);
  expect(card.network?.nodes).toEqual(bare.network?.nodes);
  expect(card.network?.nodes.some(({ op }) => op === 'softmax')).toBe(false);
  expect(card.notes[0]).toBe(
    'The softmax "softmax" at the end was left out: it changes no decision, and losses here take logits.',
  );
});

test.each(['Reshape', 'Squeeze'])('a softmax of one pixel is the end, %s behind it', async (op) => {
  const g = new Graph([4, 4, 3]);
  const pooled = g.add('AvgPool', 'pool', ['image'], window(4, 'VALID', 4));
  const conv = g.add('Conv2D', 'conv', [pooled, g.weight('k', [1, 1, 3, 5])], window(1, 'VALID'));
  const softmax = g.add('Softmax', 'act', [conv]);
  const more = op === 'Reshape' ? [g.integers('shape', [-1, 5])] : [];
  g.add(op, 'list', [softmax, ...more], { squeeze_dims: integers(1, 2) });
  const { network, notes, unsupported } = await tfjsGraph.read(g.files());
  expect(unsupported).toEqual([]);
  expect(network?.nodes.map((node) => node.op)).toEqual(['input', 'avgPool', 'conv2d', 'flatten']);
  expect(notes[0]).toMatch(/^The softmax "act" at the end was left out/);
});

test('a softmax that a layer reads stays', async () => {
  const graph = everything();
  graph.add('MatMul', 'more', ['softmax', graph.weight('k7', [5, 3])]);
  const { network, notes } = await tfjsGraph.read(graph.files());
  expect(network?.nodes.some(({ op }) => op === 'softmax')).toBe(true);
  expect(notes.join()).not.toMatch(/softmax/);
});

describe('what is no plain network', () => {
  test.each([
    ['a node', (g: Graph) => g.add('Relu', 'x'.repeat(1001), ['image'])],
    ['a tensor', (g: Graph) => g.weight('x'.repeat(1001), [3])],
  ])('the name of %s without end', async (_, add) => {
    const graph = everything();
    add(graph);
    await expect(tfjsGraph.read(graph.files())).rejects.toThrow('A name has 1001 characters. (model.json)');
  });

  test('all operations that are not known are named', async () => {
    const graph = new Graph([8, 8, 3]);
    graph.add('LeakyRelu', 'leak', ['image']);
    graph.add('NonMaxSuppressionV5', 'boxes', ['leak']);
    const card = await tfjsGraph.read(graph.files());
    expect(card.network).toBeUndefined();
    expect(card.unsupported).toEqual([
      { node: 'leak', op: 'LeakyRelu', why: 'There is no such operation here.' },
      { node: 'boxes', op: 'NonMaxSuppressionV5', why: 'There is no such operation here.' },
    ]);
  });

  test('an image of any size', async () => {
    const graph = new Graph([-1, -1, 3]);
    graph.add('Relu', 'relu', ['image']);
    expect((await tfjsGraph.read(graph.files())).unsupported).toEqual([
      {
        node: 'image',
        op: 'Placeholder',
        why: 'Its size is not fixed; convert the model for one size, e.g. (32, 32, 3).',
      },
    ]);
  });

  test('a circle', async () => {
    const graph = new Graph([8, 8, 3]);
    graph.add('AddV2', 'a', ['image', 'b']);
    graph.add('Relu', 'b', ['a']);
    const error = await tfjsGraph.read(graph.files()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImportError);
    expect(error).toMatchObject({
      what: 'The nodes read each other in a circle, "b" among them.',
      where: 'model.json',
      why: 'tensorflowjs_converter, as far as it is known here, writes no graph like this.',
      next: 'Convert the model again with tensorflowjs_converter.',
    });
  });

  test('files broken at random', { timeout: 600_000 }, async () => {
    const report = await fuzz(tfjsGraph.read, everything().files(), { headEnd: 8192 });
    expect(report.errors.size).toBeGreaterThan(3);
    expect(report.read).toBeGreaterThan(0);
  });
});

import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { useBackend } from '../../../nn/backends.testing';
import { fuzz } from '../fuzz.testing';
import { ImportError } from '../importer';
import { difference, logitsOf } from '../thirdParty.testing';
import { everything, Graph, integers, window } from './graphFile.testing';
import { tfjsGraph } from './graphModel';

/** The outputs of TF.js for the nodes of one graph with the weights of another. */
async function predicted(nodes: Graph, weights: Graph, images: tf.Tensor): Promise<ArrayLike<number>> {
  const { topology } = nodes;
  const { specs, bytes } = weights;
  const model = await tf.loadGraphModel({
    load: async () => ({ modelTopology: topology, weightSpecs: specs, weightData: bytes.buffer }),
  });
  return (model.predict(images) as tf.Tensor).dataSync();
}

test('every operation matches TF.js', async () => {
  await useBackend('cpu');
  const graph = everything();
  const logits = new Graph([9, 11, 3]);
  logits.node.splice(0, 1, ...graph.node.slice(0, -1));
  const images = tf.randomUniform([3, 9, 11, 3], -1, 1, 'float32', 5);
  const expected = await predicted(logits, graph, images);
  const card = await tfjsGraph.read(graph.files());
  expect(card.unsupported).toEqual([]);
  expect(card.producer).toBe('2.16.1, TensorFlow.js Converter v4.22.0');
  expect(card.operations.get('_FusedConv2D')).toBe(1);
  if (card.network === undefined) throw new Error('no network');
  const ours = await logitsOf(card.network, images.dataSync() as Float32Array);
  expect(difference(ours, expected)).toBeLessThan(1e-5);
});

test('a bias with a name of its own does not affect other readers of the layer', async () => {
  await useBackend('cpu');
  const g = new Graph([4, 4, 3]);
  const conv = g.add('Conv2D', 'conv', ['image', g.weight('k', [3, 3, 3, 4])], window(1, 'VALID'));
  const alias = g.add('Identity', 'alias', [conv]);
  const biased = g.add('BiasAdd', 'biased', [alias, g.weight('b', [4])]);
  const sum = g.add('AddV2', 'sum', [conv, g.add('Relu', 'relu', [biased])]);
  const list = g.add('Reshape', 'list', [sum, g.integers('shape', [-1, 16])]);
  g.add('MatMul', 'logits', [list, g.weight('fc', [16, 5])]);
  const images = tf.randomUniform([3, 4, 4, 3], -1, 1, 'float32', 5);
  const expected = await predicted(g, g, images);
  const { network } = await tfjsGraph.read(g.files());
  if (network === undefined) throw new Error('no network');
  expect(difference(await logitsOf(network, images.dataSync() as Float32Array), expected)).toBeLessThan(1e-5);
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
  expect(card.notes[0]).toBe('Removed the final softmax (softmax); fewbits works on logits.');
});

test('a LogSoftmax is removed at the end and refused inside', async () => {
  const g = new Graph([4, 4, 3]);
  const list = g.add('Reshape', 'list', ['image', g.integers('shape', [-1, 48])]);
  const logits = g.add('MatMul', 'logits', [list, g.weight('fc', [48, 5])]);
  const odds = g.add('LogSoftmax', 'odds', [logits]);
  const { network, notes } = await tfjsGraph.read(g.files());
  expect(network?.nodes.map((node) => node.op)).toEqual(['input', 'flatten', 'dense']);
  expect(notes[0]).toMatch(/^Removed the final log_softmax \(odds\)/);
  g.add('MatMul', 'more', [odds, g.weight('k', [5, 3])]);
  const { unsupported } = await tfjsGraph.read(g.files());
  expect(unsupported[0].why).toMatch(/^The log_softmax "odds" is inside of the network; /);
});

test.each(['Reshape', 'Squeeze'])('a softmax of one pixel counts as the end, with %s after it', async (op) => {
  const g = new Graph([4, 4, 3]);
  const pooled = g.add('AvgPool', 'pool', ['image'], window(4, 'VALID', 4));
  const conv = g.add('Conv2D', 'conv', [pooled, g.weight('k', [1, 1, 3, 5])], window(1, 'VALID'));
  const softmax = g.add('Softmax', 'act', [conv]);
  const more = op === 'Reshape' ? [g.integers('shape', [-1, 5])] : [];
  g.add(op, 'list', [softmax, ...more], { squeeze_dims: integers(1, 2) });
  const { network, notes, unsupported } = await tfjsGraph.read(g.files());
  expect(unsupported).toEqual([]);
  expect(network?.nodes.map((node) => node.op)).toEqual(['input', 'avgPool', 'conv2d', 'flatten']);
  expect(notes[0]).toMatch(/^Removed the final softmax \(act\)/);
});

test('a softmax that a layer reads stays', async () => {
  const graph = everything();
  graph.add('MatMul', 'more', ['softmax', graph.weight('k7', [5, 3])]);
  const { network, notes } = await tfjsGraph.read(graph.files());
  expect(network?.nodes.some(({ op }) => op === 'softmax')).toBe(true);
  expect(notes.join()).not.toMatch(/softmax/);
});

describe('unsupported networks', () => {
  test.each([
    ['a node', (g: Graph) => g.add('Relu', 'x'.repeat(1001), ['image'])],
    ['a tensor', (g: Graph) => g.weight('x'.repeat(1001), [3])],
  ])('the name of %s without end', async (_, add) => {
    const graph = everything();
    add(graph);
    await expect(tfjsGraph.read(graph.files())).rejects.toThrow('A name has 1001 characters. (model.json)');
  });

  test('all unknown operations are named', async () => {
    const graph = new Graph([8, 8, 3]);
    graph.add('Selu', 'leak', ['image']);
    graph.add('NonMaxSuppressionV5', 'boxes', ['leak']);
    const card = await tfjsGraph.read(graph.files());
    expect(card.network).toBeUndefined();
    expect(card.unsupported).toEqual([
      { node: 'leak', op: 'Selu', why: expect.stringMatching(/^There is no such operation here\. .*ONNX/) },
      {
        node: 'boxes',
        op: 'NonMaxSuppressionV5',
        why: expect.stringMatching(/^There is no such operation here\. .*ONNX/),
      },
    ]);
  });

  test('an image of any size', async () => {
    const graph = new Graph([-1, -1, 3]);
    graph.add('Relu', 'relu', ['image']);
    expect((await tfjsGraph.read(graph.files())).unsupported).toEqual([
      {
        node: 'image',
        op: 'Placeholder',
        why: 'Its size is not fixed. Convert the model for one size, e.g. (32, 32, 3).',
      },
    ]);
  });

  test('a cycle', async () => {
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

  test('randomly corrupted files', { timeout: 600_000 }, async () => {
    const report = await fuzz(tfjsGraph.read, everything().files(), { headEnd: 8192 });
    expect(report.errors.size).toBeGreaterThan(3);
    expect(report.read).toBeGreaterThan(0);
  });
});

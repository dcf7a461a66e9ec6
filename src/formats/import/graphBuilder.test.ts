import { describe, expect, test } from 'vitest';
import type { Network, Padding } from '../../graph/network';
import { createRng } from '../../math/rng';
import { classifierOf } from './classifier';
import { GraphBuilder } from './graphBuilder';
import { ImportError } from './importer';
import { Refusal } from './refusal';
import { tensorflowWindow } from './tensorflowImages';
import { difference, logitsOf } from './thirdParty.testing';

/** A builder for a file whose outputs have as many readers as `readers` says. */
const builder = (readers: Readonly<Record<string, number>> = {}) =>
  new GraphBuilder('test', (name) => readers[name] ?? 0);
const rng = createRng(2);
const random = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((product, d) => product * d, 1) }, () => rng.normal()),
});
const kernel = random(3, 3, 2, 4);
const bias = random(4);
const images = random(2, 5, 5, 2).values;

/** x, or scale x + offset, through a convolution; flattened. */
function network(padding: Padding, scaling?: readonly [scale: number[], offset: number[]]) {
  const net = builder();
  const image = net.add('input', 'image', [], { shape: [5, 5, 2] });
  const x = scaling === undefined ? image : net.scaling('scaling', image, ...scaling);
  const window = { size: [3, 3], strides: [1, 1], padding } as const;
  const conv = net.add('conv2d', 'conv', [x], { ...window, filters: 4, bias: true }, { kernel, bias });
  const built: Network = classifierOf(net, 'test', net.add('flatten', 'flat', [conv], {}));
  return { built, notes: [...net.notes] };
}

describe('a scaling of the input', () => {
  const scaled = images.map((v, i) => (i % 2 === 0 ? 2 * v - 1 : 0.5 * v + 3));

  test('moves into the weights without zero padding', async () => {
    const { built, notes } = network(
      [0, 0, 0, 0],
      [
        [2, 0.5],
        [-1, 3],
      ],
    );
    expect(built.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'flatten']);
    expect(notes).toEqual(['The scaling "scaling" of its input was moved into the weights of "conv".']);
    const plain = await logitsOf(network([0, 0, 0, 0]).built, scaled);
    expect(difference(await logitsOf(built, images), plain)).toBeLessThan(1e-4);
  });

  test('stays before zero padding, which would not be scaled', async () => {
    const { built } = network(
      [1, 1, 1, 1],
      [
        [2, 0.5],
        [-1, 3],
      ],
    );
    expect(built.nodes.map(({ op }) => op)).toEqual(['input', 'batchNorm', 'conv2d', 'flatten']);
    const plain = await logitsOf(network([1, 1, 1, 1]).built, scaled);
    expect(difference(await logitsOf(built, images), plain)).toBeLessThan(1e-4);
  });

  test('moves through zero padding if it has no offset', async () => {
    const { built } = network([1, 1, 1, 1], [[1 / 255], [0]]);
    expect(built.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'flatten']);
    const plain = await logitsOf(
      network([1, 1, 1, 1]).built,
      images.map((v) => v / 255),
    );
    expect(difference(await logitsOf(built, images), plain)).toBeLessThan(1e-4);
  });
});

test('nodes that the output does not need are removed, with a note', () => {
  const net = builder();
  const image = net.add('input', 'image', [], { shape: [4, 4, 1] });
  const flat = net.add('flatten', 'flat', [image], {});
  const dense = { units: 2, bias: false };
  net.add('dense', 'aside', [flat], dense, { kernel: random(16, 2) });
  const used = net.add('dense', 'used', [flat], dense, { kernel: random(16, 2) });
  const built = classifierOf(net, 'test', net.add('softmax', 'odds', [used], {}));
  expect(built.nodes.map(({ id }) => id)).toEqual(['image', 'flat', 'used']);
  expect([...built.parameters.keys()]).toEqual(['used.kernel']);
  expect([...net.notes]).toEqual([
    'Removed the final softmax (odds); fewbits works on logits.',
    'Layers that the output does not need were left out: "aside".',
  ]);
});

test('names become unique; nodes that do not fit are refused; weights that do not fit are an error', () => {
  const net = builder();
  const image = net.add('input', 'x', [], { shape: [4, 4, 1] });
  expect(net.add('relu', 'x', [image], {}).id).toBe('x_2');
  const flat = net.add('flatten', 'flat', [image], {});
  expect(() => net.add('globalAvgPool', 'mean', [flat], {})).toThrow(Refusal);
  expect(() => classifierOf(net, 'test', image)).toThrow('The output is an image [4, 4, 1], not one number a class.');
  const dense = net.add('dense', 'fc', [flat], { units: 2, bias: false }, { kernel: random(15, 2) });
  expect(() => classifierOf(net, 'test', dense)).toThrow(ImportError);
});

test('a bias, a scaling and a clip at 6 merge into the node before, unless it has another reader', () => {
  const net = builder({ conv: 1, forked: 2, scaled: 1, relu: 1 });
  const begin = (gives: string) => net.begin({ where: gives, gives });
  begin('image');
  const image = net.add('input', 'image', [], { shape: [5, 5, 2] });
  const window = { size: [3, 3], strides: [1, 1], padding: [0, 0, 0, 0], filters: 4, bias: false } as const;
  begin('conv');
  const conv = net.add('conv2d', 'conv', [image], window, { kernel });
  begin('forked');
  const forked = net.add('conv2d', 'forked', [image], window, { kernel });
  begin('biased');
  expect(net.addBias(forked, 'forked', bias.values)).toBe(false);
  expect(net.addBias(conv, 'an alias of it', bias.values)).toBe(false);
  expect(net.addBias(conv, 'conv', bias.values.subarray(1))).toBe(false);
  expect(net.addBias(conv, 'conv', bias.values)).toBe(true);
  expect(net.addBias(conv, 'conv', bias.values)).toBe(false);
  begin('scaled');
  const scaled = net.scaling('scaled', conv, [2], [1]);
  begin('again');
  expect(net.composeScaling(conv, 'conv', new Float32Array(4), new Float32Array(4))).toBe(false);
  expect(net.composeScaling(scaled, 'scaled', Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 0, 0, 5))).toBe(true);
  expect([net.parameter('scaled', 'gamma')?.values, net.parameter('scaled', 'beta')?.values]).toEqual([
    Float32Array.of(2, 4, 6, 8),
    Float32Array.of(1, 2, 3, 9),
  ]);
  begin('relu');
  const relu = net.add('relu', 'relu', [scaled], {});
  expect([net.isSigned('scaled'), net.isSigned('relu')]).toEqual([true, false]);
  begin('min');
  expect([net.endAtSix(scaled, 'again'), net.endAtSix(relu, 'relu')]).toEqual([false, true]);
  expect(net.nodes.map(({ op }) => op)).toEqual(['input', 'conv2d', 'conv2d', 'batchNorm', 'relu6']);
});

test('limits hold while the network grows, and errors name the node', () => {
  const net = builder();
  const image = net.add('input', 'image', [], { shape: [4096, 4096, 1] });
  net.begin({ where: 'test, node "wide"', gives: 'wide' });
  const wide = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], filters: 2, bias: false } as const;
  expect(() => net.add('conv2d', 'wide', [image], wide, {})).toThrow(
    expect.objectContaining({ what: 'The node gives [4096, 4096, 2] numbers.', where: 'test, node "wide"' }),
  );
  const many = builder();
  let x = many.add('input', 'image', [], { shape: [1, 1, 1] });
  const one = { size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], filters: 1, bias: false } as const;
  expect(() => {
    for (let i = 0; i <= 500; i++) x = many.add('conv2d', 'c', [x], one, { kernel: random(1, 1, 1, 1) });
  }).toThrow('The network has more than 500 layers with weights.');
});

test.each([
  // Origin: tf.nn.convolution's documentation, "SAME" padding; an odd row or column goes to the end.
  [7, 3, 2, [1, 1]],
  [8, 3, 2, [0, 1]],
  [9, 3, 1, [1, 1]],
  [4, 2, 1, [0, 1]],
  [5, 1, 2, [0, 0]],
  [5, 4, 3, [1, 1]],
])('same padding of %d places under %d, stride %d', (length, size, stride, [before, after]) => {
  const taps = { size: [size, size], strides: [stride, stride], dilations: [1, 1] } as const;
  const { padding } = tensorflowWindow('same', [length, length, 1], taps);
  expect(padding).toEqual([before, after, before, after]);
});

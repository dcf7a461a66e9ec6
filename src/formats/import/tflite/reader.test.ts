// Small networks of every operation, as TensorFlow's converter writes them: our forward pass on the imported network
// compared with LiteRT on the file.
import { beforeAll, describe, expect, test } from 'vitest';
import { layersOf, type Network } from '../../../graph/network';
import { useBackend } from '../../../nn/backends.testing';
import { roundedKernel } from '../../../rounding/layers';
import { contextOf, ourLogits } from '../../export/witness.testing';
import { runLiteRt } from '../../litert.testing';
import { fuzz } from '../fuzz.testing';
import { ImportError, type Inspection } from '../importer';
import { inspectFiles } from '../readers';
import { difference, logitsOf } from '../thirdParty.testing';
import { codes, conv, depthwise, normal, packed4, pool, product, TfliteFile } from './tfliteFile.testing';

beforeAll(async () => {
  await useBackend('wasm');
});

const read = (file: TfliteFile) => inspectFiles([{ name: 'net.tflite', bytes: file.bytes() }]);

/** A file that classifies images [size, size, 3] into 5 classes, whatever `body` makes of them. */
function network(body: (file: TfliteFile, image: number) => { tensor: number; shape: readonly number[] }, size = 9) {
  const file = new TfliteFile();
  const { tensor, shape } = body(file, file.input([1, size, size, 3]));
  const features = product(shape);
  const flat = file.op(
    'RESHAPE',
    [tensor, file.integers('flat', [1, features])],
    file.add('flatten/Reshape', [1, features]),
    [17, { newShape: [1, features] }],
  );
  const inputs = [flat, file.weight('dense/MatMul', [5, features]), file.weight('dense/bias', [5])];
  file.op('FULLY_CONNECTED', inputs, file.add('dense/BiasAdd', [1, 5]), [8, {}]);
  return file;
}

/** Both logits of three images, ours first. */
async function both(file: TfliteFile, size = 9) {
  const card = await read(file);
  expect(card.unsupported).toEqual([]);
  if (card.network === undefined) throw new Error('no network');
  const images = normal(3 * size * size * 3);
  const ours = await logitsOf(card.network, images);
  const one = size * size * 3;
  const each = [0, 1, 2].map((n) => images.slice(n * one, (n + 1) * one));
  const theirs = (await runLiteRt(file.bytes(), each)).flatMap((bytes) => [...new Float32Array(bytes.buffer)]);
  return { card, ours, theirs };
}

const window = (file: TfliteFile, image: number, options: ReturnType<typeof conv>, out: number) => {
  const inputs = [image, file.weight('conv/Conv2D', [4, 3, 3, 3]), file.weight('conv/bias', [4])];
  const shape = [1, out, out, 4];
  return { tensor: file.op('CONV_2D', inputs, file.add('conv/Relu;conv/BiasAdd', shape), options), shape };
};

describe('float operations', () => {
  test.each([
    ['same padding at stride 2', conv(2), 5],
    ['valid padding and ReLU', conv(2, 1, 1), 4],
    ['ReLU6', conv(1, 0, 3), 9],
  ] as const)('a convolution: %s', async (_, options, out) => {
    const { card, ours, theirs } = await both(network((file, image) => window(file, image, options, out)));
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
    expect(card.format).toBe('TensorFlow Lite');
    expect(card.network?.nodes.map(({ id }) => id).slice(0, 2)).toEqual(['image', 'conv']);
  });

  test('activations', async () => {
    const { ours, theirs } = await both(
      network((g, image) => {
        const shape = [1, 9, 9, 3];
        const next = (
          x: number,
          op: Parameters<typeof g.op>[0],
          more: number[] = [],
          options?: Parameters<typeof g.op>[3],
        ) => g.op(op, [x, ...more], g.add(`x/${op}`, shape), options);
        let x = image;
        for (const op of ['LOGISTIC', 'TANH', 'HARD_SWISH', 'ELU'] as const)
          x = next(next(x, 'SUB', [g.weight(`offset ${op}`, [3])], [28, {}]), op);
        x = next(next(x, 'SUB', [g.weight('offset', [3])], [28, {}]), 'LEAKY_RELU', [], [75, { alpha: 0.3 }]);
        for (const approximate of [false, true]) x = next(x, 'GELU', [], [116, { approximate }]);
        return { tensor: next(x, 'PRELU', [g.weight('slope', [1, 1, 3])]), shape };
      }),
    );
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
  });

  test('gates, dilation, several filters per channel, split channels and repeated pixels', async () => {
    const { card, ours, theirs } = await both(
      network((g, image) => {
        const size = [1, 9, 9, 6];
        const several = [image, g.weight('deep/depthwise', [1, 3, 3, 6]), g.weight('deep/bias', [6])];
        const options = { padding: 0, strideW: 1, strideH: 1, depthMultiplier: 2, dilationW: 2, dilationH: 2 };
        const a = g.op('DEPTHWISE_CONV_2D', several, g.add('deep/out', size), [2, options]);
        const silu = g.op('MUL', [a, g.op('LOGISTIC', [a], g.add('a/gate', size))], g.add('a/silu', size), [21, {}]);
        const axes = g.integers('axes', [1, 2]);
        const mean = g.op('MEAN', [silu, axes], g.add('mean/out', [1, 1, 1, 6]), [27, { keepDimensions: true }]);
        const point = [mean, g.weight('point/Conv2D', [6, 1, 1, 6]), g.weight('point/bias', [6])];
        const gate = g.op('CONV_2D', point, g.add('point/out', [1, 1, 1, 6]), conv());
        const gated = g.op('MUL', [silu, g.op('LOGISTIC', [gate], g.add('gate', [1, 1, 1, 6]))], g.add('gated', size), [
          21,
          {},
        ]);
        const left = g.add('left', [1, 9, 9, 3]);
        const right = g.further(
          g.op('SPLIT', [g.integers('axis', [3], []), gated], left, [35, { count: 2 }]),
          'right',
          [1, 9, 9, 3],
        );
        const joined = g.op('CONCATENATION', [right, left], g.add('join/concat', size), [10, { axis: 3 }]);
        const shape = [1, 18, 27, 6];
        const wide = g.op('RESIZE_NEAREST_NEIGHBOR', [joined, g.integers('size', [18, 27])], g.add('wide', shape), [
          74,
          {},
        ]);
        return { tensor: wide, shape };
      }),
    );
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
    expect(card.network?.nodes.map(({ op }) => op)).toContain('silu');
  });

  test('depthwise, sums, factors, offsets, joins, pools, averages and paddings', async () => {
    const file = network((g, image) => {
      const deep = [image, g.weight('deep/depthwise', [1, 3, 3, 3]), g.weight('deep/bias', [3])];
      const size = [1, 9, 9, 3];
      const a = g.op('DEPTHWISE_CONV_2D', deep, g.add('deep/out', size), depthwise(1, 0, 1));
      const scaled = g.op('MUL', [a, g.weight('factor', [3])], g.add('mul/Mul', size), [21, {}]);
      const shifted = g.op('SUB', [scaled, g.weight('offset', [1, 1, 1, 3])], g.add('sub/sub', size), [28, {}]);
      const sum = g.op('ADD', [shifted, image], g.add('out/Relu;add/add', size), [11, { fusedActivation: 1 }]);
      const both = g.op('CONCATENATION', [sum, a], g.add('join/concat', [1, 9, 9, 6]), [10, { axis: 3 }]);
      const around = g.integers('around', [0, 0, 1, 0, 0, 2, 0, 0], [4, 2]);
      const padded = g.op('PAD', [both, around], g.add('pad/Pad', [1, 10, 11, 6]), [22, {}]);
      const small = g.op('MAX_POOL_2D', [padded], g.add('max/MaxPool', [1, 4, 5, 6]), pool(3, 2));
      const same = g.op('AVERAGE_POOL_2D', [small], g.add('avg/AvgPool', [1, 2, 3, 6]), pool(3, 2, 0));
      const mean = g.op('MEAN', [same, g.integers('axes', [1, 2])], g.add('mean/Mean', [1, 6]), [27, {}]);
      return { tensor: mean, shape: [1, 6] };
    });
    const { ours, theirs } = await both(file);
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
  });

  test('a softmax at the end is removed', async () => {
    const file = network((g, image) => window(g, image, conv(2), 5));
    const [logits] = file.outputs;
    file.op('SOFTMAX', [logits], file.add('Identity', [1, 5]), [9, { beta: 1 }]);
    const { notes, network: net } = await read(file);
    expect(notes.join()).toContain('Removed the final softmax');
    expect(net?.nodes.at(-1)?.op).toBe('dense');
  });
});

describe('weights stored in fewer bits', () => {
  test('float16 behind DEQUANTIZE', async () => {
    const halves = Uint16Array.from({ length: 4 * 27 }, (_, i) => 0x2c00 + ((i * 37) % 512) + (i % 2 ? 0x8000 : 0));
    const file = network((g, image) => {
      const stored = g.add('conv/Conv2D', [4, 3, 3, 3], { type: 'FLOAT16', data: halves });
      const kernel = g.op('DEQUANTIZE', [stored], g.add('conv/float', [4, 3, 3, 3]), [38, {}], 3);
      const inputs = [image, kernel, g.weight('conv/bias', [4])];
      return { tensor: g.op('CONV_2D', inputs, g.add('conv/BiasAdd', [1, 9, 9, 4]), conv()), shape: [1, 9, 9, 4] };
    });
    const { ours, theirs, card } = await both(file);
    expect(difference(ours, theirs)).toBeLessThan(1e-5);
    expect(card.setting).toBeUndefined();
  });

  test.each([
    ['INT8', 8, (list: Int8Array) => list, 127],
    ['INT4', 4, packed4, 7],
  ] as const)('%s brings its bits, and the page rounds to the same numbers', async (type, bits, store, most) => {
    const list = codes(4 * 27, -most, most);
    const scales = [0.01, 0.02, 0.005, 0.03].map(Math.fround);
    const file = network((g, image) => {
      const kernel = g.add('conv/Conv2D', [4, 3, 3, 3], { type, data: store(list), scales });
      const inputs = [image, kernel, g.weight('conv/bias', [4])];
      return { tensor: g.op('CONV_2D', inputs, g.add('conv/BiasAdd', [1, 9, 9, 4]), conv()), shape: [1, 9, 9, 4] };
    });
    const { network: net, setting, notes } = await read(file);
    expect(setting?.policy).toEqual({
      conv: { weights: bits, activations: 32 },
      dense: { weights: 32, activations: 32 },
    });
    expect(notes.join()).toContain(`codes of ${bits} bits`);
    // [out, h, w, in] became [h, w, in, out].
    const kernel = net && ownKernel(net, setting);
    expect(kernel).toEqual(Float32Array.from(list, (_, i) => list[(i % 4) * 27 + (i >> 2)] * scales[i % 4]));
  });
});

/** The kernel of the layer "conv" as the page rounds it, with the factors that follow it. */
function ownKernel(net: Network, setting: Inspection['setting']): Float32Array {
  const { policy, scheme } = setting as Required<NonNullable<Inspection['setting']>>;
  const layer = layersOf(net)[0];
  const factors = net.parameters.get('conv.bn.gamma')?.values ?? new Float32Array(4).fill(1);
  const rounded = roundedKernel(net, layer, scheme, policy.conv.weights);
  return rounded.map((v, i) => v * factors[i % 4]);
}

test('a file of int8 alone predicts as LiteRT does, within its rounding', async () => {
  const file = new TfliteFile();
  const scaled = (scale: number, zero = 0) => ({ type: 'INT8', scales: [Math.fround(scale)], zeros: [zero] }) as const;
  const perChannel = (count: number, low: number) =>
    Array.from({ length: count }, (_, c) => Math.fround(low * (c + 1)));
  const kernel = (name: string, shape: readonly number[], scales: readonly number[]) =>
    file.add(name, shape, { type: 'INT8', data: codes(product(shape), -127, 127), scales });
  const bias = (name: string, scales: readonly number[], of: number) =>
    file.add(name, [scales.length], {
      type: 'INT32',
      data: Int32Array.from(scales, (_, i) => 900 * (i - 2)),
      scales: scales.map((scale) => Math.fround(scale * of)),
    });
  const image = file.input([1, 9, 9, 3], scaled(0.01, 3));
  const first = perChannel(4, 0.004);
  const reads = [image, kernel('a/Conv2D', [4, 3, 3, 3], first), bias('a/bias', first, 0.01)];
  const a = file.op('CONV_2D', reads, file.add('a/Relu', [1, 5, 5, 4], scaled(0.1, -128)), conv(2, 0, 1), 3);
  const second = perChannel(4, 0.002);
  const deep = file.add('b/depthwise', [1, 3, 3, 4], {
    type: 'INT8',
    data: codes(36, -127, 127),
    scales: second,
    axis: 3,
  });
  const b = file.op(
    'DEPTHWISE_CONV_2D',
    [a, deep, bias('b/bias', second, 0.1)],
    file.add('b/BiasAdd', [1, 5, 5, 4], scaled(0.3, -10)),
    depthwise(),
    3,
  );
  const sum = file.op('ADD', [a, b], file.add('sum/add', [1, 5, 5, 4], scaled(0.3, -20)), [11, {}], 2);
  const flat = file.op(
    'RESHAPE',
    [sum, file.integers('flat', [1, 100])],
    file.add('flatten/Reshape', [1, 100], scaled(0.3, -20)),
    [17, { newShape: [1, 100] }],
  );
  const dense = [
    flat,
    kernel('c/MatMul', [5, 100], [Math.fround(0.002)]),
    bias('c/bias', [0.002, 0.002, 0.002, 0.002, 0.002], 0.3),
  ];
  const step = Math.fround(0.4);
  file.op('FULLY_CONNECTED', dense, file.add('c/BiasAdd', [1, 5], scaled(step, 7)), [8, {}], 4);
  const { network: net, setting, unsupported, notes } = await read(file);
  expect(unsupported).toEqual([]);
  expect(notes.join()).toContain('What 3 layers read is rounded to 8 bits, with the ranges of the file.');
  const { policy, scheme, ranges } = setting as Required<NonNullable<Inspection['setting']>>;
  for (const bits of Object.values(policy)) expect(bits).toEqual({ weights: 8, activations: 8 });
  const pixels = codes(8 * 243, -128, 127);
  const ours = await ourLogits(
    contextOf(net as Network, policy, scheme, ranges),
    Float32Array.from(pixels, (q) => Math.fround(0.01) * (q - 3)),
    9,
  );
  const each = Array.from({ length: 8 }, (_, n) => pixels.slice(243 * n, 243 * (n + 1)));
  const theirs = (await runLiteRt(file.bytes(), each)).flatMap((bytes) => [...new Int8Array(bytes.buffer)]);
  // The file rounds the sum too, and ends at its codes; the page does neither.
  const apart = theirs.map((code, i) => (Math.abs(code) > 120 ? 0 : Math.abs(code - 7 - ours[i] / step)));
  expect(Math.max(...apart)).toBeLessThan(2);
  expect(theirs.filter((code) => Math.abs(code) <= 120).length).toBeGreaterThan(20);
});

test('what cannot be run is named with its reason', async () => {
  const refusal = async (change: (g: TfliteFile, image: number) => { tensor: number; shape: readonly number[] }) => {
    const { unsupported, network: net } = await read(network(change));
    expect(net).toBeUndefined();
    return unsupported.map(({ node, op, why }) => `${node} ${op} ${why}`).join();
  };
  expect(
    await refusal((g, image) => ({
      tensor: g.op('NEG', [image], g.add('gate', [1, 9, 9, 3])),
      shape: [1, 9, 9, 3],
    })),
  ).toMatch(/gate NEG There is no such operation here/);
  expect(await refusal((g, image) => window(g, image, conv(1, 0, 4), 9))).toMatch(/fused with TANH/);
  expect(
    await refusal((g, image) => window(g, image, [1, { ...conv()[1], dilationW: 2, dilationH: -2 }] as never, 9)),
  ).toMatch(/Its taps are -2 and 2 apart/);
  expect(
    await refusal((g, image) => {
      const inputs = [image, g.weight('k', [6, 3, 3, 2]), g.weight('b', [6])];
      return { tensor: g.op('CONV_2D', inputs, g.add('grouped', [1, 9, 9, 6]), conv()), shape: [1, 9, 9, 6] };
    }),
  ).toMatch(/read 2 of 3 channels/);
});

test('damaged files give a problem in four sentences, and never anything else', { timeout: 60_000 }, async () => {
  const file = network((g, image) => window(g, image, conv(2), 5)).bytes();
  await expect(inspectFiles([{ name: 'a.tflite', bytes: file.subarray(0, 200) }])).rejects.toThrow(ImportError);
  const report = await fuzz(inspectFiles, [{ name: 'net.tflite', bytes: file }], { headEnd: file.length });
  expect(report.errors.size).toBeGreaterThan(3);
});

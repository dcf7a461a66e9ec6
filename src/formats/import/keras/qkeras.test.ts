// Layers of QKeras. The expected numbers are those of the formulas of qkeras 0.9 (quantizers.py), in NumPy with float32.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { layerCosts, policyCost } from '../../../graph/cost';
import type { Network } from '../../../graph/network';
import { uniformPolicy } from '../../../graph/policy';
import { take, useBackend } from '../../../nn/backends.testing';
import { Inference } from '../../../nn/inference';
import { floatRounding, type Rounding } from '../../../rounding/rounding';
import { inspectKeras } from './build';
import { Config } from './config';
import { quantizedWeight } from './quantizers';

const kernel = {
  shape: [2, 2, 3, 2],
  values: Float32Array.from({ length: 24 }, (_, i) => ((37 * i + 11) % 64) / 64 - 0.5 + 1 / 256),
};

/** Levels in 64ths. */
test.each([
  [
    'quantized_bits(4, 0, alpha=1)',
    [-24, 16, -8, 24, 0, -24, 8, -16, 16, -8, 32, 0, -24, 16, -16, 24, -8, -32, 8, -24, 16, -8, 24, 0],
  ],
  [
    'quantized_bits(4,1,1,alpha=1.0)',
    [-16, 16, -16, 32, 0, -32, 16, -16, 16, 0, 32, 0, -32, 16, -16, 16, 0, -32, 0, -16, 16, -16, 32, 0],
  ],
  [
    'quantized_bits(3, keep_negative=False, alpha=0.5)',
    [0, 8, 0, 12, 0, 0, 4, 0, 8, 0, 16, 0, 0, 8, 0, 12, 0, 0, 4, 0, 8, 0, 12, 0],
  ],
  [
    "quantized_bits(4,0,1,alpha='auto_po2')",
    [-20, 16, -12, 28, 0, -28, 8, -16, 20, -8, 28, 4, -24, 12, -16, 24, -4, -28, 4, -20, 16, -12, 24, 0],
  ],
  [
    'quantized_bits(bits=3,integer=1,alpha="auto")',
    [-24, 16, -8, 24, 0, -24, 8, -16, 16, -8, 24, 0, -24, 16, -16, 24, -8, -24, 8, -24, 16, -8, 24, 0],
  ],
  [
    "quantized_bits(2,alpha='auto_po2')",
    [-16, 16, -16, 16, 0, -16, 16, -16, 16, 0, 16, 0, -16, 16, -16, 16, 0, -16, 0, -16, 16, -16, 16, 0],
  ],
])('%s', (quantizer, expected) => {
  const { parameter } = quantizedWeight(new Config({ quantizer }, 'here'), 'quantizer', kernel);
  expect([...parameter.values].map((v) => v * 64 + 0)).toEqual(expected);
});

const q = (bits: number, integer = 0, more = {}) => ({
  class_name: 'quantized_bits',
  config: { bits, integer, symmetric: 0, keep_negative: true, alpha: 1, qnoise_factor: 1, ...more },
});
const layer = (className: string, name: string, config = {}) => ({
  class_name: className,
  config: { name, ...config },
});
const parameter = (shape: number[], values: readonly number[]) => ({ shape, values: Float32Array.from(values) });
const WEIGHTS: Readonly<Record<string, Record<string, ReturnType<typeof parameter>>>> = {
  conv: { kernel: parameter([1, 1, 2, 2], [0.3, -0.6, 0.71, 0.15]), bias: parameter([2], [0.2, -0.1]) },
  fc: {
    kernel: parameter(
      [8, 3],
      Array.from({ length: 24 }, (_, i) => ((29 * i + 5) % 32) / 32 - 0.5),
    ),
    bias: parameter([3], [0, 0.5, -0.25]),
  },
};

function inspect(activation: unknown = 'quantized_relu(3,1)') {
  const layers = [
    layer('InputLayer', 'in', { batch_input_shape: [null, 2, 2, 2] }),
    layer('QConv2D', 'conv', {
      ...{ filters: 2, kernel_size: [1, 1], activation: 'linear' },
      ...{ kernel_quantizer: q(4), bias_quantizer: q(8, 2) },
    }),
    layer('QActivation', 'act', { activation }),
    layer('MaxPooling2D', 'pool', { pool_size: [1, 1] }),
    layer('Flatten', 'flat'),
    layer('QDense', 'fc', {
      ...{ units: 3, activation: 'linear', bias_quantizer: null },
      kernel_quantizer: q(4, 0, { alpha: 'auto_po2', symmetric: true }),
    }),
  ];
  return inspectKeras(
    { class_name: 'Sequential', config: { name: 'net', layers } },
    {
      ...{ format: 'Keras', producer: 'Keras', where: 'net.h5', parameters: 33 },
      weights: {
        of: ({ name }) =>
          Object.entries(WEIGHTS[name] ?? {}).map(([part, value]) => ({ part, where: name, read: () => value })),
      },
    },
  );
}

/** Of the network, from the same formulas. */
const EXPECTED = [-0.296875, 0.21875, -0.078125];

async function logits(network: Network, rounding: Rounding): Promise<number[]> {
  await useBackend('cpu');
  const image = Float32Array.from({ length: 8 }, (_, i) => ((37 * i + 11) % 64) / 64);
  const model = new Inference(network);
  model.configure(rounding);
  const values = await take(model.run(() => tf.tensor4d(image, [1, 2, 2, 2])).logits);
  model.dispose();
  return [...values];
}

test('a network brings its bits and ranges, and predicts as QKeras', async () => {
  const { network, setting, unsupported, notes } = inspect();
  expect(unsupported).toEqual([]);
  expect(setting?.policy).toEqual({ conv: { weights: 4, activations: 32 }, fc: { weights: 4, activations: 3 } });
  expect(setting?.ranges?.get('fc')).toMatchObject({ max: 1.75 });
  expect(notes.join()).toMatch(/1 layer reads is rounded to 3 bits.*2 layers are codes of 4 bits/);
  const { policy, scheme, ranges } = setting as Rounding;
  const predicted = await logits(network as Network, { policy, scheme, ranges });
  EXPECTED.forEach((value, i) => {
    expect(predicted[i]).toBeCloseTo(value, 5);
  });
  // Float activations give other numbers, so the range matters.
  const float = await logits(network as Network, floatRounding(network as Network));
  expect(Math.abs(float[0] - EXPECTED[0])).toBeGreaterThan(1e-3);
});

test('binary activations are plus or minus one number, and take 1 bit', async () => {
  const { network, notes } = inspect({ class_name: 'binary', config: { alpha: 0.5 } });
  const read = network as Network;
  expect(read.nodes.find(({ id }) => id === 'act')).toMatchObject({ op: 'sign', scale: 0.5 });
  expect(notes.join()).not.toMatch(/reads is rounded/);
  const [conv, fc] = layerCosts(read);
  const { bitOps } = policyCost(read, uniformPolicy(read, 4, 8));
  expect(bitOps).toBe(4 * (conv.macs * 32 + fc.macs));
  // 0.5 times the sums of the kernel's columns, whose signs are those of the convolution: rounding changes nothing.
  const rounding = {
    ...floatRounding(read),
    policy: { ...floatRounding(read).policy, fc: { weights: 32, activations: 8 } },
  };
  expect(await logits(read, rounding as Rounding)).toEqual(await logits(read, floatRounding(read)));
});

test('binary kernels have codes of 1 bit', () => {
  const config = new Config({ quantizer: 'binary(alpha=0.25)' }, 'here');
  const { parameter, codes } = quantizedWeight(config, 'quantizer', kernel);
  expect([...parameter.values.subarray(0, 4)]).toEqual([-0.25, 0.25, -0.25, 0.25]);
  expect(codes).toMatchObject({ bits: 1, scales: Float32Array.of(0.25) });
});

test('other quantizers are refused by name', () => {
  const refused = (activation: unknown) => inspect(activation).unsupported.map(({ op, why }) => `${op}: ${why}`)[0];
  expect(refused('quantized_tanh(4)')).toMatch(/^QActivation: Its activation is quantized_tanh; quantized_bits/);
  expect(refused("binary(alpha='auto')")).toMatch(/Its activation finds its scale while it runs/);
  expect(refused('binary(1)')).toMatch(/gives 0 and 1/);
  expect(refused('quantized_relu(4,0,use_sigmoid=1)')).toMatch(/is a sigmoid/);
  expect(refused("quantized_bits(4,alpha='auto')")).toMatch(/found anew for each image/);
  expect(refused('relu')).toBeUndefined();
});
